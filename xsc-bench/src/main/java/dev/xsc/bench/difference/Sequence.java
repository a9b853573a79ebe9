// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import java.util.Random;

/** Operations that are compared, on one of the two kernels. One thread. */
interface Sequence {
  /**
   * Makes the next step.
   *
   * @param random decides which; must be asked for the same numbers on both kernels
   * @return what was done and what came of it, with nothing in it that is each kernel's own
   */
  String step(Random random);
}
