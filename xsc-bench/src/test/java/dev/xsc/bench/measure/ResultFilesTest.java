// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xsc.bench.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFilesTest {
  private static final Conditions CONDITIONS = Conditions.now("xsc bench ring", "simulator", null);

  @TempDir Path folder;

  @Test
  void everySampleIsKept() throws IOException {
    Measurements measurements = new Measurements();
    measurements.add(
        new Measurement(
            "RingBenchmark.nop",
            Map.of("batch", "8"),
            Samples.of(101.234, 102),
            Samples.of(99, 98.5),
            Samples.of(90, 91),
            Samples.of(0)));
    Path file = folder.resolve("results/ring.json");
    ResultFiles.writeJson(file, CONDITIONS, measurements);

    Map<?, ?> json = (Map<?, ?>) StrictJson.parse(Files.readString(file));
    assertEquals("xsc bench ring", json.get("command"));
    assertEquals(
        List.of(
            Map.of(
                "benchmark",
                "RingBenchmark.nop",
                "parameters",
                Map.of("batch", "8"),
                "java",
                List.of(101.23, 102.0),
                "c",
                List.of(99.0, 98.5),
                "hopefulC",
                List.of(90.0, 91.0),
                "bytesPerOperation",
                List.of(0.0))),
        json.get("results"));
  }

  @Test
  void noPathOfTheMachineIsKept() throws IOException {
    Path file = folder.resolve("ring.json");
    ResultFiles.writeJson(file, CONDITIONS, new Measurements());
    assertFalse(Files.readString(file).contains(System.getProperty("java.home")));
    assertFalse(Files.readString(file).contains(System.getProperty("user.dir")));
  }

  @Test
  void aPartIsReplacedAndTheRestStays() throws IOException {
    Path file = folder.resolve("RESULTS.md");
    Files.write(
        file,
        List.of("before", "<!-- begin ring -->", "old", "older", "<!-- end ring -->", "after"));
    ResultFiles.replacePart(file, "ring", List.of("new"));
    assertEquals(
        List.of("before", "<!-- begin ring -->", "new", "<!-- end ring -->", "after"),
        Files.readAllLines(file));
  }

  @Test
  void aFileWithoutThePartIsLeftAlone() throws IOException {
    Path file = folder.resolve("RESULTS.md");
    Files.writeString(file, "text\n");
    assertThrows(IOException.class, () -> ResultFiles.replacePart(file, "ring", List.of("new")));
    assertEquals("text\n", Files.readString(file));
  }
}
