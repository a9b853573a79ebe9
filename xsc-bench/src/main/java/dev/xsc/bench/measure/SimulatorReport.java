// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static dev.xsc.bench.text.Sizes.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The table of {@code xsc bench sim}. */
public final class SimulatorReport {
  /** Operations per second on one core. */
  private static final double AIM_OPERATIONS = 2_000_000;

  /** Seeds of a thousand operations, per minute and core. */
  private static final double AIM_SEEDS = 1000;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MINUTE = 60e9;
  private static final String SEEDS = "SeedBenchmark.crashRecovery";
  private static final Map<String, String> NAMES =
      Map.of(
          "SimulatorBenchmark.nop",
          "nop, batches of 32",
          "SimulatorBenchmark.read",
          "read of 512 B, batches of 32",
          "SimulatorBenchmark.blockingRead",
          "RingFile.read of 512 B, 32 virtual threads",
          SEEDS,
          "crash and recovery, 1,000 operations");
  private static final List<String> COLUMNS =
      List.of("what", "threads", "memory", "per core", "25-75 %", "B", "aim", "verdict");

  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();

  private SimulatorReport() {}

  /** The report on these measurements. */
  public static Report of(Measurements measurements) {
    SimulatorReport report = new SimulatorReport();
    measurements.all().stream().filter(m -> NAMES.containsKey(m.benchmark())).forEach(report::row);
    return new Report(COLUMNS, report.rows, report.losses);
  }

  private void row(Measurement m) {
    boolean seeds = m.benchmark().equals(SEEDS);
    double per = seeds ? NANOS_PER_MINUTE : NANOS_PER_SECOND;
    double aim = seeds ? AIM_SEEDS : AIM_OPERATIONS;
    String unit = seeds ? "/min" : "/s";
    double rate = per / m.java().median();
    boolean lost = rate < aim;
    String name = NAMES.getOrDefault(m.benchmark(), m.benchmark());
    String threads = m.parameters().getOrDefault("threads", "true").equals("true") ? "own" : "one";
    String memory = "true".equals(m.parameters().get("checked")) ? "checked" : "unchecked";
    if (lost) {
      losses.add(
          format(
              "LOSS: %s, threads: %s, memory %s: %,.0f%s; the aim is %,.0f%s",
              name, threads, memory, rate, unit, aim, unit));
    }
    rows.add(
        List.of(
            name,
            threads,
            memory,
            format("%,.0f%s", rate, unit),
            // A low time is a high rate.
            format("%,.0f-%,.0f", per / m.java().quantile(0.75), per / m.java().quantile(0.25)),
            m.bytes().isEmpty() ? "-" : format("%,.0f", m.bytes().median()),
            format("%,.0f%s", aim, unit),
            lost ? "LOSS" : "ok"));
  }
}
