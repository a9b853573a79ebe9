// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.KernelsHere.OnEachKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RingtestCommandTest {
  private final Properties before = new Properties();

  @BeforeEach
  void save() {
    before.putAll(System.getProperties());
  }

  @AfterEach
  void restore() {
    System.setProperties(before);
  }

  private static Cli samples(String... args) {
    List<String> all = new ArrayList<>(List.of("ringtest"));
    all.addAll(List.of("--package", "dev.xsc.bench.ringtest.sample"));
    all.addAll(List.of(args));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void theExitCodeSaysWhatCameOfIt() {
    assertEquals(0, samples("FineSample").exit());
    assertEquals(1, samples("MixedSample").exit());
    assertEquals(4, samples("SkippedSample").exit());
    assertEquals(2, samples("nothing of the kind").exit());
  }

  @Test
  void theLastLineIsTheSum() {
    Cli result = samples("MixedSample");
    assertEquals("3 passed, 2 failed, 2 skipped", result.out().lines().toList().getLast());
    assertTrue(result.out().startsWith("KTAP version 1\n# xsc ringtest on "), result::out);
  }

  @OnEachKernel
  void theSuiteIsToldTheKernelAndTheProfile(String kernel) {
    samples("FineSample", "--kernel", kernel, "--profile", "linux-5.15+wakeups");
    assertEquals(kernel, System.getProperty("xsc.test.kernel"));
    assertEquals("linux-5.15+wakeups", System.getProperty("xsc.test.profile"));
  }

  @Test
  void theConformanceSuiteIsFound() {
    // One test of it: the whole is run by the kernels' own modules.
    Cli result = Cli.run("ringtest", "ring.ReadTest.readsWhatIsThere");
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().endsWith("1 passed, 0 failed, 0 skipped\n"), result::toString);
  }
}
