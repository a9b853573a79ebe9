// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Kernels;
import org.junit.jupiter.api.Test;

/** What comes before measuring; measuring itself has tests of its own. */
class BenchCommandTest {
  @Test
  void somethingElseThanRingOrFileIsWrongUsage() {
    Cli result = Cli.run("bench", "network");
    assertEquals(2, result.exit(), result::toString);
    assertTrue(result.err().contains("network"), result::toString);
  }

  @Test
  void aKernelThatIsMissingIsAFailureInOneLine() {
    assumeFalse(Kernels.availability().get(KernelKind.XSC).available(), "the driver is loaded");
    Cli result = Cli.run("bench", "ring", "--kernel", "xsc");
    assertEquals(1, result.exit(), result::toString);
    assertEquals(1, result.err().lines().count(), result::toString);
    assertEquals("", result.out());
  }
}
