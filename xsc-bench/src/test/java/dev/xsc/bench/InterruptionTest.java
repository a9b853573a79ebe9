// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.KernelsHere.OnEachKernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What signals do to commands in a process of their own. */
class InterruptionTest {
  @TempDir Path folder;
  private Process process;

  @AfterEach
  void end() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @OnEachKernel
  void aTerminatedCopyRemovesItsTarget(String kernel) throws Exception {
    Path source = folder.resolve("source");
    try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
      file.setLength(4L << 40); // all holes: nothing to store, but long to read
    }
    Path target = folder.resolve("target");
    start("copy", "--kernel", kernel, source.toString(), target.toString());
    while (!Files.exists(target)) {
      assertTrue(process.isAlive(), "ended before it began");
      Thread.sleep(10);
    }
    process.toHandle().destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertFalse(Files.exists(target));
    assertTrue(Files.exists(source));
  }

  @OnEachKernel
  void aTerminatedServerSaysWhatItDid(String kernel) throws Exception {
    start("echo", "--kernel", kernel, "--port", "0");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String first = out.readLine();
      assertTrue(first.startsWith("echo on 127.0.0.1:"), first);
      process.toHandle().destroy();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      String last = out.readLine();
      assertTrue(last.startsWith("echoed 0 B on 0 connections"), last);
    }
    assertEquals(128 + 15, process.exitValue());
  }

  private void start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }
}
