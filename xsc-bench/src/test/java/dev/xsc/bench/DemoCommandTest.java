// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.KernelsHere.OnEachKernel;
import dev.xsc.bench.copy.TestFiles;
import dev.xsc.bench.demo.SampleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path folder;

  @OnEachKernel
  void itRunsToItsEndAndTidiesUp(String kernel) throws IOException {
    Path file = TestFiles.random(folder.resolve("sample"), 1_234_567);
    List<Path> before = leftovers();
    Cli result = Cli.run("demo", file.toString(), "--kernel", kernel);
    assertEquals(0, result.exit(), result::toString);
    for (String part :
        List.of(
            kernel + " is the only one asked for",
            "verified: 1,234,567 bytes, all the same",
            "ring, " + kernel,
            "FileChannel read + write",
            "verified: SHA-256 ",
            "java.net.Socket",
            "Next: xsc info")) {
      assertTrue(result.out().contains(part), () -> "no '" + part + "' in " + result);
    }
    assertEquals("", result.err());
    assertEquals(before, leftovers());
  }

  private static List<Path> leftovers() throws IOException {
    try (var entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries
          .filter(path -> path.getFileName().toString().startsWith("xsc-demo"))
          .sorted()
          .toList();
    }
  }

  @Test
  void theDefaultFileIsLarge() throws IOException {
    assertTrue(Files.size(SampleFile.find()) > 1 << 20);
  }
}
