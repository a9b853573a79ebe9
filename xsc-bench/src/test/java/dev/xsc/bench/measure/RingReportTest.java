// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Made-up samples: what the table says of them. */
class RingReportTest {
  private final Measurements measurements = new Measurements();

  @Test
  void javaThatReachesTheAimIsOk() {
    ring("nop", 8, 100, 97, 0);
    assertVerdict("ok");
  }

  @Test
  void javaBelowTheAimIsALoss() {
    ring("nop", 8, 100, 96.9, 0);
    assertVerdict("LOSS: C");
    assertEquals(
        List.of("LOSS: nop at batch 8 reaches 0.969 of C; the aim is 0.97"), report().losses());
  }

  @Test
  void theAimIsLowerForASingleOperation() {
    ring("nop", 1, 100, 90, 0);
    assertVerdict("ok");
  }

  @Test
  void aSingleOperationBelowItsAimIsALoss() {
    ring("nop", 1, 100, 89.9, 0);
    assertVerdict("LOSS: C");
  }

  @Test
  void aRingSlowerThanTheSystemCallIsALoss() {
    ring("nop", 1, 100, 100, 0);
    other("SyscallBenchmark.getppid", 50);
    assertVerdict("LOSS: getppid");
  }

  @Test
  void theFasterKindOfDowncallCounts() {
    ring("read", 8, 100, 100, 0);
    other("SyscallBenchmark.pread", 101);
    other("SyscallBenchmark.preadCritical", 99);
    assertVerdict("LOSS: pread");
    assertEquals(
        List.of("LOSS: read at batch 8 takes 100 ns, pread as a downcall 99 ns"),
        report().losses());
  }

  @Test
  void aRingSlowerThanFileChannelIsALoss() {
    ring("read", 128, 100, 100, 0);
    other("FileChannelBenchmark.read", 90);
    assertVerdict("LOSS: FileChannel");
  }

  @Test
  void nopIsNotComparedWithReads() {
    ring("nop", 128, 100, 100, 0);
    other("FileChannelBenchmark.read", 90);
    other("SyscallBenchmark.pread", 90);
    assertVerdict("ok");
  }

  @Test
  void oneObjectPerBatchIsALoss() {
    ring("nop", 128, 100, 100, 16.0 / 128);
    assertVerdict("LOSS: allocates");
  }

  @Test
  void whatMeasuringAllocatesIsNoLoss() {
    ring("nop", 128, 100, 100, 0.02);
    assertVerdict("ok");
  }

  @Test
  void allLossesOfARowAreNamed() {
    ring("read", 1, 100, 50, 24);
    other("SyscallBenchmark.pread", 10);
    other("FileChannelBenchmark.read", 10);
    assertVerdict("LOSS: C, pread, FileChannel, allocates");
    assertEquals(4, report().losses().size());
  }

  @Test
  void theRatioIsThatOfPairsNotOfMedians() {
    Samples c = Samples.of(100, 200, 300);
    Samples java = Samples.of(100, 200, 3000);
    measurements.add(measurement("RingBenchmark.nop", Map.of("batch", "8"), java, c, 0));
    assertEquals("1.000", cell("of C"));
    assertEquals("0.550-1.000", cell("25-75 %"));
  }

  @Test
  void withoutACCompilerThereIsNoVerdictOnC() {
    measurements.add(
        measurement("RingBenchmark.nop", Map.of("batch", "8"), Samples.of(1000), Samples.of(), 0));
    assertVerdict("ok");
    assertEquals("-", cell("C ns"));
    assertEquals("-", cell("of C"));
  }

  @Test
  void whatCouldBeDoneInCIsAdmittedThoughItIsNotTheAim() {
    measurements.add(
        new Measurement(
            "RingBenchmark.nop",
            Map.of("batch", "1"),
            Samples.of(100),
            Samples.of(100),
            Samples.of(80),
            Samples.of(0)));
    assertVerdict("ok");
    assertEquals("0.800", cell("of C -n"));
    assertEquals(
        List.of(
            "LOSS: nop at batch 1 reaches 0.800 of a C loop that, like Java's ring, asks to wait"
                + " only when it must"),
        report().losses());
  }

  @Test
  void roundsOfOneBenchmarkMakeOneRow() {
    ring("nop", 8, 100, 97, 0);
    ring("nop", 8, 100, 97, 0);
    assertEquals(1, report().rows().size());
  }

  @Test
  void lossesStandUnderTheTable() {
    ring("nop", 8, 100, 50, 0);
    assertEquals(
        "LOSS: nop at batch 8 reaches 0.500 of C; the aim is 0.97", report().text().getLast());
    assertEquals(
        "- LOSS: nop at batch 8 reaches 0.500 of C; the aim is 0.97",
        report().markdown().getLast());
  }

  @Test
  void withoutLossesTheTableSaysSo() {
    ring("nop", 8, 100, 100, 0);
    assertEquals("No losses.", report().text().getLast());
    assertEquals("No losses.", report().markdown().getLast());
  }

  @Test
  void markdownRowsHaveAsManyCellsAsTheHead() {
    ring("read", 8, 100, 100, 0);
    other("FileChannelBenchmark.read", 90);
    List<String> table = report().markdown().stream().filter(l -> l.startsWith("|")).toList();
    assertEquals(4, table.size());
    long bars = table.getFirst().chars().filter(c -> c == '|').count();
    assertTrue(table.stream().allMatch(l -> l.chars().filter(c -> c == '|').count() == bars));
  }

  /** A ring operation whose throughput is a percentage of that of C. */
  private void ring(String name, int batch, double cNanos, double percentOfC, double bytes) {
    measurements.add(
        measurement(
            "RingBenchmark." + name,
            Map.of("kernel", "io_uring", "batch", Integer.toString(batch)),
            Samples.of(cNanos / percentOfC * 100),
            Samples.of(cNanos),
            bytes));
  }

  private void other(String benchmark, double nanos) {
    measurements.add(measurement(benchmark, Map.of(), Samples.of(nanos), Samples.of(nanos), 0));
  }

  private static Measurement measurement(
      String benchmark, Map<String, String> parameters, Samples java, Samples c, double bytes) {
    return new Measurement(benchmark, parameters, java, c, Samples.of(), Samples.of(bytes));
  }

  private Report report() {
    return RingReport.of(measurements);
  }

  private void assertVerdict(String verdict) {
    assertEquals(verdict, cell("verdict"));
  }

  private String cell(String column) {
    Report report = report();
    return report.rows().getFirst().get(report.columns().indexOf(column));
  }
}
