// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.demo.SampleFile;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Kernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Needs a C compiler, as all who test XSC do. */
@EnabledOnOs(OS.LINUX)
class CProgramTest {
  @TempDir Path folder;
  private Path compiler;

  @BeforeEach
  void findCompiler() {
    compiler = CProgram.findCompiler().orElseThrow();
  }

  @Test
  void itCompilesWithoutAWarning() throws IOException {
    assertTrue(Files.isExecutable(CProgram.compile(compiler, folder).executable()));
  }

  @Test
  void onlyTheProgramStaysInTheCache() throws IOException {
    CProgram program = CProgram.compile(compiler, folder);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(program.executable()), files.toList());
    }
  }

  @Test
  void aSecondRunDoesNotCompile() throws IOException {
    Path executable = CProgram.compile(compiler, folder).executable();
    FileTime before = Files.getLastModifiedTime(executable);
    assertEquals(executable, CProgram.compile(compiler, folder).executable());
    assertEquals(before, Files.getLastModifiedTime(executable));
  }

  @Test
  void plainSystemCallsAreMeasured() throws Exception {
    List<String> lines = run("-t", "1", "-r", "2", "-f", file(), "pread", "getppid");
    assertEquals(4, lines.size(), lines.toString());
    assertTrue(
        lines.get(0).matches("op=pread batch=1 ns=[0-9.]+ count=\\d+ flags=0x0"), lines.get(0));
    assertTrue(lines.get(3).startsWith("op=getppid "), lines.get(3));
  }

  @Test
  void theRingIsMeasuredWhereItExists() throws Exception {
    List<String> lines = run("-t", "1", "-r", "1", "-f", file(), "nop:128", "read:8");
    if (ioUringWorks()) {
      assertEquals(2, lines.size(), lines.toString());
      assertTrue(lines.get(0).matches("op=nop batch=128 ns=.*"), lines.get(0));
      assertTrue(lines.get(1).matches("op=read batch=8 ns=.*"), lines.get(1));
    } else {
      assertTrue(lines.getFirst().startsWith("ringbench: io_uring_setup"), lines.toString());
    }
  }

  @Test
  void aBatchThatDoesNotFitIsRefused() throws Exception {
    List<String> lines = run("nop:257");
    assertTrue(lines.getFirst().contains("nop:257: must be nop:1..256"), lines.toString());
  }

  @Test
  void readsNeedAFile() throws Exception {
    assertEquals(List.of("ringbench: pread needs -f FILE"), run("pread"));
  }

  @Test
  void whatTheBenchmarksDoIsDoneInCBesideThem() throws IOException {
    System.setProperty("jmh.ignoreLock", "true");
    Stream<Plan.Case> ring =
        ioUringWorks()
            ? Stream.of(
                new Plan.Case("RingBenchmark.nop", Map.of("batch", "8")),
                new Plan.Case("RingBenchmark.read", Map.of("batch", "32")))
            : Stream.of();
    Stream<Plan.Case> calls =
        Stream.of("SyscallBenchmark.getppid", "SyscallBenchmark.pread", "FileChannelBenchmark.read")
            .map(name -> new Plan.Case(name, Map.of()));
    Plan plan = new Plan(Stream.concat(ring, calls).toList(), 1, 0, 3, 1);

    Measurements measured =
        new JmhRun(CProgram.compile(compiler, folder), false).run(plan, _ -> {});

    assertEquals(plan.cases().size(), measured.all().size());
    for (Measurement m : measured.all()) {
      assertEquals(3, m.java().values().size(), m.toString());
      assertEquals(3, m.c().values().size(), m.toString());
      assertFalse(m.c().values().contains(0.0), m.toString());
    }
  }

  private static boolean ioUringWorks() {
    return Kernels.availability().get(KernelKind.IO_URING).available();
  }

  private static String file() throws IOException {
    return SampleFile.find().toString();
  }

  private List<String> run(String... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(CProgram.compile(compiler, folder).executable().toString()),
                Stream.of(arguments))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.lines().toList();
  }
}
