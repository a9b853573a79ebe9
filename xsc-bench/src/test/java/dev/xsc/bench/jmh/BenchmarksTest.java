// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.KernelsHere.OnEachKernel;
import dev.xsc.bench.measure.JmhRun;
import dev.xsc.bench.measure.Measurement;
import dev.xsc.bench.measure.Measurements;
import dev.xsc.bench.measure.Plan;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each benchmark in one short iteration, in this JVM: whether it works, not how fast. */
class BenchmarksTest {
  @BeforeAll
  static void letJmhRunBesideItself() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  @OnEachKernel
  void eachOfTheRingRuns(String kernel) throws IOException {
    Measurements measured =
        run(
            Plan.ring(kernel, true).cases().stream()
                .filter(c -> c.parameters().containsKey("batch")));
    assertEquals(8, measured.all().size());
    measured.all().forEach(BenchmarksTest::assertMeasured);
  }

  @OnEachKernel
  void eachOfFilesRuns(String kernel) throws IOException {
    Measurements measured = run(Plan.file(kernel, true).cases().stream());
    assertEquals(12, measured.all().size());
    measured.all().forEach(BenchmarksTest::assertMeasured);
  }

  @Test
  void eachOfTheSimulatorRuns() throws IOException {
    Measurements measured = run(Plan.simulator(true).cases().stream());
    assertEquals(12, measured.all().size());
    measured.all().forEach(BenchmarksTest::assertMeasured);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void eachWithoutARingRuns() throws IOException {
    Measurements measured =
        run(
            Plan.ring("io_uring", true).cases().stream()
                .filter(c -> !c.parameters().containsKey("batch")));
    assertEquals(5, measured.all().size());
    measured.all().forEach(BenchmarksTest::assertMeasured);
  }

  private static Measurements run(Stream<Plan.Case> cases) throws IOException {
    return new JmhRun(null, false).run(new Plan(cases.toList(), 1, 0, 1, 1), _ -> {});
  }

  private static void assertMeasured(Measurement m) {
    assertFalse(m.java().isEmpty(), m.toString());
    assertTrue(m.java().values().stream().allMatch(nanos -> nanos > 0), m.toString());
    assertEquals(List.of(), m.c().values());
  }
}
