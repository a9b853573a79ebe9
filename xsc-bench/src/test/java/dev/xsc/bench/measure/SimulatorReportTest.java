// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Made-up samples: what the tables say of them. */
class SimulatorReportTest {
  private static final long MIB = 1 << 20;

  private final Measurements measurements = new Measurements();
  private final MemoryReport memory = new MemoryReport(8 * MIB, 64 * MIB);

  @Test
  void halfAMicrosecondPerOperationReachesTheAim() {
    add("SimulatorBenchmark.nop", 500);
    assertEquals("2,000,000/s", cell("per core"));
    assertEquals("ok", cell("verdict"));
    assertEquals(List.of(), SimulatorReport.of(measurements).losses());
  }

  @Test
  void moreIsALoss() {
    add("SimulatorBenchmark.read", 501);
    assertEquals("LOSS", cell("verdict"));
    assertEquals(
        List.of(
            "LOSS: read of 512 B, batches of 32, threads: own, memory checked: 1,996,008/s; the aim"
                + " is 2,000,000/s"),
        SimulatorReport.of(measurements).losses());
  }

  @Test
  void seedsAreCountedPerMinute() {
    add("SeedBenchmark.crashRecovery", 60e6);
    assertEquals("1,000/min", cell("per core"));
    assertEquals("ok", cell("verdict"));
  }

  @Test
  void slowerSeedsAreALoss() {
    add("SeedBenchmark.crashRecovery", 61e6);
    assertEquals("LOSS", cell("verdict"));
  }

  @Test
  void memoryThatSettlesIsNoLoss() {
    sample(10, 20 * MIB, 100 * MIB);
    sample(20, 40 * MIB, 200 * MIB);
    sample(30, 48 * MIB, 264 * MIB);
    assertEquals(List.of(), memory.report().losses());
    assertEquals(List.of("30", "100", "48.0", "264.0"), memory.report().rows().getLast());
  }

  @Test
  void memoryThatGrowsIsALoss() {
    sample(10, 20 * MIB, 100 * MIB);
    sample(20, 20 * MIB, 100 * MIB);
    sample(30, 28 * MIB + 1, 100 * MIB);
    sample(40, 29 * MIB, 165 * MIB);
    assertEquals(
        List.of(
            "LOSS: the heap grew from 20.0 to 29.0 MiB between seeds 20 and 40; the aim is at most"
                + " 8.0 MiB more",
            "LOSS: the process grew from 100.0 to 165.0 MiB between seeds 20 and 40; the aim is at"
                + " most 64.0 MiB more"),
        memory.report().losses());
  }

  private void sample(long seeds, long heap, long resident) {
    memory.add(new MemoryReport.Sample(seeds, 100, heap, resident));
  }

  private void add(String benchmark, double nanos) {
    measurements.add(
        new Measurement(
            benchmark,
            Map.of("checked", "true"),
            Samples.of(nanos),
            Samples.of(),
            Samples.of(),
            Samples.of(0)));
  }

  private String cell(String column) {
    Report report = SimulatorReport.of(measurements);
    return report.rows().getFirst().get(report.columns().indexOf(column));
  }
}
