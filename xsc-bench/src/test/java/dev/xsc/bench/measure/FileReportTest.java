// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Made-up samples: what the table says of them. */
class FileReportTest {
  private final Measurements measurements = new Measurements();

  @Test
  void aRingFasterThanItsRivalIsOk() {
    add("ringBlocking", 32, 900);
    add("fileChannel", 32, 1800);
    assertEquals("ok", cell(0, "verdict"));
    assertEquals("2.00", cell(0, "of its rival"));
    assertEquals(List.of(), FileReport.of(measurements).losses());
  }

  @Test
  void aRingSlowerThanItsRivalIsALoss() {
    add("ringCallbacks", 1, 2000);
    add("asyncChannel", 1, 1000);
    assertEquals("LOSS", cell(0, "verdict"));
    assertEquals(
        List.of(
            "LOSS: RingFile.readAsync, callbacks on the event loop at depth 1 takes 2000 ns,"
                + " AsynchronousFileChannel.read, callbacks 1000 ns"),
        FileReport.of(measurements).losses());
  }

  @Test
  void eachWayHasItsOwnRivalOfTheSameDepth() {
    add("ringBlocking", 1, 500);
    add("fileChannel", 256, 100);
    add("asyncChannel", 1, 100);
    assertEquals("", cell(0, "verdict"));
  }

  @Test
  void rowsGoByDepthAndRivalsStandTogether() {
    add("fileChannel", 32, 4);
    add("asyncChannel", 1, 3);
    add("ringCallbacks", 1, 2);
    add("ringBlocking", 32, 1);
    List<List<String>> rows = FileReport.of(measurements).rows();
    assertEquals(List.of("1", "1", "32", "32"), rows.stream().map(List::getFirst).toList());
    assertEquals(List.of("2", "3", "1", "4"), rows.stream().map(row -> row.get(2)).toList());
  }

  private void add(String way, int depth, double nanos) {
    measurements.add(
        new Measurement(
            "FileBenchmark." + way,
            Map.of("kernel", "io_uring", "depth", Integer.toString(depth)),
            Samples.of(nanos),
            Samples.of(),
            Samples.of(),
            Samples.of(100)));
  }

  private String cell(int row, String column) {
    Report report = FileReport.of(measurements);
    return report.rows().get(row).get(report.columns().indexOf(column));
  }
}
