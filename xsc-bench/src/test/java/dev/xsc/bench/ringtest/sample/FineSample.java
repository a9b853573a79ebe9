// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest.sample;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Something for ringtest that passes, on two engines. */
class FineSample {
  @Test
  void passes() {}

  @Property(tries = 10)
  boolean holds(@ForAll int number) {
    return Integer.parseInt(Integer.toString(number)) == number;
  }
}
