// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static dev.xsc.bench.text.Sizes.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of {@code xsc bench file}. */
public final class FileReport {
  private static final List<String> COLUMNS =
      List.of("depth", "way", "ns", "25-75 %", "B/op", "of its rival", "verdict");

  private static final String PREFIX = "FileBenchmark.";

  /** Each way through the ring, and the way of the JDK with the same kind of caller. */
  private static final Map<String, String> RIVALS = new LinkedHashMap<>();

  private static final Map<String, String> NAMES =
      Map.of(
          "ringBlocking", "RingFile.read, virtual threads",
          "fileChannel", "FileChannel.read, virtual threads",
          "ringCallbacks", "RingFile.readAsync, callbacks on the event loop",
          "asyncChannel", "AsynchronousFileChannel.read, callbacks");

  static {
    RIVALS.put("ringBlocking", "fileChannel");
    RIVALS.put("ringCallbacks", "asyncChannel");
  }

  private final Measurements measurements;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();

  private FileReport(Measurements measurements) {
    this.measurements = measurements;
  }

  /** The report on these measurements. */
  public static Report of(Measurements measurements) {
    FileReport report = new FileReport(measurements);
    measurements.all().stream()
        .filter(m -> m.benchmark().startsWith(PREFIX))
        .mapToInt(m -> m.number("depth"))
        .distinct()
        .sorted()
        .forEach(report::depth);
    return new Report(COLUMNS, report.rows, report.losses);
  }

  private void depth(int depth) {
    RIVALS.forEach((way, rivalWay) -> {
      Optional<Measurement> ring = measurements.one(PREFIX + way, "depth", depth);
      Optional<Measurement> rival = measurements.one(PREFIX + rivalWay, "depth", depth);
      ring.ifPresent(m -> row(depth, way, m, rival));
      rival.ifPresent(m -> row(depth, rivalWay, m, Optional.empty()));
    });
  }

  private void row(int depth, String way, Measurement m, Optional<Measurement> rival) {
    double nanos = m.java().median();
    String verdict = "";
    String factor = "-";
    if (rival.isPresent()) {
      double rivalNanos = rival.get().java().median();
      factor = format("%.2f", rivalNanos / nanos);
      verdict = nanos > rivalNanos ? "LOSS" : "ok";
      if (nanos > rivalNanos) {
        losses.add(
            format(
                "LOSS: %s at depth %d takes %.0f ns, %s %.0f ns",
                name(way), depth, nanos, name(RIVALS.getOrDefault(way, "")), rivalNanos));
      }
    }
    rows.add(
        List.of(
            Integer.toString(depth),
            name(way),
            format("%.0f", nanos),
            format("%.0f-%.0f", m.java().quantile(0.25), m.java().quantile(0.75)),
            m.bytes().isEmpty() ? "-" : format("%.0f", m.bytes().median()),
            factor,
            verdict));
  }

  private static String name(String way) {
    return NAMES.getOrDefault(way, way);
  }
}
