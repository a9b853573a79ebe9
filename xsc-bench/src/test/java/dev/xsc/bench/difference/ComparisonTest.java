// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.bench.difference.Comparison.Difference;
import dev.xsc.ring.Availability;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Kernels;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random operations give the same results in a simulation and on a real kernel: io_uring, or that
 * of {@code -Dxsc.compare.kernel=xsc}; for 60 seeds of each subject, or {@code
 * -Dxsc.compare.seeds}.
 */
class ComparisonTest {
  private static final KernelKind KERNEL =
      KernelKind.of(System.getProperty("xsc.compare.kernel", KernelKind.IO_URING.id()));
  private static final long SEEDS = Long.getLong("xsc.compare.seeds", 60);

  private static void assumeKernel() {
    Availability availability = Kernels.availability().get(KERNEL);
    assumeTrue(
        availability != null && availability.available(),
        () -> "no " + KERNEL.id() + " to compare the simulator with: " + availability);
  }

  @ParameterizedTest
  @EnumSource
  void resultsAreTheSame(Subject subject) throws IOException {
    assumeKernel();
    for (long seed = 0; seed < SEEDS; seed++) {
      assertEquals(Optional.empty(), Comparison.run(KERNEL, subject, seed));
    }
  }

  @Test
  void theFirstDifferenceIsToldWithWhatCameBefore() {
    Difference found =
        Comparison.difference(
                KernelKind.IO_URING,
                Subject.FILES,
                7,
                List.of("open a: opened", "read 0: 5", "read 0: 0"),
                List.of("open a: opened", "read 0: 4", "read 0: 1"))
            .orElseThrow();
    assertEquals(
        "files, seed 7:\n  open a: opened\n  read 0: 5  <- io_uring\n  read 0: 4  <- simulation\n",
        found.toString());
  }

  @Test
  void whatAFileSystemCannotDoEndsTheComparison() {
    List<String> real = List.of("allocate 0: EOPNOTSUPP", "stat a: 0 bytes");
    List<String> simulated = List.of("allocate 0: 0", "stat a: 7 bytes");
    assertEquals(
        Optional.empty(),
        Comparison.difference(KernelKind.IO_URING, Subject.FILES, 7, real, simulated));
    assertTrue(
        Comparison.difference(KernelKind.IO_URING, Subject.FILES, 7, simulated, real).isPresent());
  }

  @ParameterizedTest
  @EnumSource
  void aSeedIsWorthSomething(Subject subject) throws IOException {
    List<String> steps = Comparison.simulated(subject, 1);
    assertEquals(steps, Comparison.simulated(subject, 1));
    assertTrue(steps.stream().distinct().count() > steps.size() / 3, steps::toString);
    assertTrue(!steps.equals(Comparison.simulated(subject, 2)), steps::toString);
  }

  @Test
  void theSimulatorIsNotComparedWithItself() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Comparison.run(KernelKind.SIMULATOR, Subject.FILES, 1));
  }
}
