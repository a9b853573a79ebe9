// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static dev.xsc.bench.text.Sizes.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The table of {@code xsc bench ring}. */
public final class RingReport {
  /** What part of the C loop's throughput Java is to reach with one operation per batch. */
  static final double AIM_ALONE = 0.90;

  /** The same for larger batches. */
  static final double AIM_IN_BATCHES = 0.97;

  /** Bytes per operation: more than the measuring allocates, less than one object per batch. */
  static final double ALLOCATES = 0.1;

  private static final String NONE = "-";
  private static final String CALLS = "SyscallBenchmark.";
  private static final String CHANNEL = "FileChannelBenchmark.read";

  private static final List<String> COLUMNS =
      List.of(
          "operation",
          "batch",
          "C ns",
          "Java ns",
          "of C",
          "25-75 %",
          "aim",
          "of C -n",
          "of system call",
          "of FileChannel",
          "B/op",
          "verdict");

  private static final Map<String, String> NAMES =
      Map.of(
          CALLS + "getppid",
          "getppid, downcall",
          CALLS + "getppidCritical",
          "getppid, critical downcall",
          CALLS + "pread",
          "pread, downcall",
          CALLS + "preadCritical",
          "pread, critical downcall",
          CHANNEL,
          "FileChannel.read");

  private final Measurements measurements;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();

  private RingReport(Measurements measurements) {
    this.measurements = measurements;
  }

  /** The report on these measurements. */
  public static Report of(Measurements measurements) {
    RingReport report = new RingReport(measurements);
    Stream.of("nop", "read")
        .forEach(
            name -> measurements.of("RingBenchmark." + name).forEach(m -> report.ring(name, m)));
    measurements.all().stream()
        .filter(m -> NAMES.containsKey(m.benchmark()))
        .forEach(report::other);
    return new Report(COLUMNS, report.rows, report.losses);
  }

  private void ring(String name, Measurement m) {
    int batch = m.number("batch");
    String what = name + " at batch " + batch;
    double nanos = m.java().median();
    String call = name.equals("read") ? "pread" : "getppid";
    OptionalDouble callNanos = call(call);
    OptionalDouble channelNanos = name.equals("read") ? median(CHANNEL) : OptionalDouble.empty();
    double aim = batch == 1 ? AIM_ALONE : AIM_IN_BATCHES;

    List<String> verdict = new ArrayList<>();
    if (!m.c().isEmpty() && m.ofC().median() < aim) {
      verdict.add("C");
      losses.add(
          format("LOSS: %s reaches %.3f of C; the aim is %.2f", what, m.ofC().median(), aim));
    }
    if (!m.hopefulC().isEmpty() && m.ofHopefulC().median() < aim) {
      losses.add(
          format(
              "LOSS: %s reaches %.3f of a C loop that, like Java's ring, asks to wait only when it"
                  + " must",
              what, m.ofHopefulC().median()));
    }
    compare(verdict, what, nanos, call + " as a downcall", call, callNanos);
    compare(verdict, what, nanos, "FileChannel.read", "FileChannel", channelNanos);
    if (!m.bytes().isEmpty() && m.bytes().median() >= ALLOCATES) {
      verdict.add("allocates");
      losses.add(format("LOSS: %s allocates %.1f bytes per operation", what, m.bytes().median()));
    }
    rows.add(
        List.of(
            name,
            Integer.toString(batch),
            nanos(m.c()),
            nanos(m.java()),
            ofC(m),
            spread(m),
            m.c().isEmpty() ? NONE : format("%.2f", aim),
            m.hopefulC().isEmpty() ? NONE : format("%.3f", m.ofHopefulC().median()),
            factor(callNanos, nanos),
            factor(channelNanos, nanos),
            bytes(m),
            verdict.isEmpty() ? "ok" : "LOSS: " + String.join(", ", verdict)));
  }

  private void compare(
      List<String> verdict,
      String what,
      double nanos,
      String rival,
      String shortName,
      OptionalDouble rivalNanos) {
    if (rivalNanos.isPresent() && nanos > rivalNanos.getAsDouble()) {
      verdict.add(shortName);
      losses.add(
          format(
              "LOSS: %s takes %.0f ns, %s %.0f ns", what, nanos, rival, rivalNanos.getAsDouble()));
    }
  }

  private void other(Measurement m) {
    rows.add(
        List.of(
            NAMES.getOrDefault(m.benchmark(), m.benchmark()),
            NONE,
            nanos(m.c()),
            nanos(m.java()),
            ofC(m),
            spread(m),
            NONE,
            NONE,
            NONE,
            NONE,
            NONE,
            ""));
  }

  /** The faster of the two kinds of downcall. */
  private OptionalDouble call(String name) {
    return Stream.of(CALLS + name, CALLS + name + "Critical")
        .map(measurements::one)
        .flatMap(Optional::stream)
        .mapToDouble(m -> m.java().median())
        .min();
  }

  private OptionalDouble median(String benchmark) {
    return measurements.of(benchmark).mapToDouble(m -> m.java().median()).findFirst();
  }

  private static String nanos(Samples samples) {
    return samples.isEmpty() ? NONE : format("%.1f", samples.median());
  }

  private static String ofC(Measurement m) {
    return m.c().isEmpty() ? NONE : format("%.3f", m.ofC().median());
  }

  private static String spread(Measurement m) {
    return m.c().isEmpty()
        ? NONE
        : format("%.3f-%.3f", m.ofC().quantile(0.25), m.ofC().quantile(0.75));
  }

  private static String bytes(Measurement m) {
    return m.bytes().isEmpty() ? NONE : format("%.2f", m.bytes().median());
  }

  /** How fast the ring is, relative to a rival. */
  private static String factor(OptionalDouble rivalNanos, double nanos) {
    return rivalNanos.isEmpty() ? NONE : format("%.2f", rivalNanos.getAsDouble() / nanos);
  }
}
