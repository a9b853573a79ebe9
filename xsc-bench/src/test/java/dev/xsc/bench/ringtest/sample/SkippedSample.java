// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest.sample;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** Something for ringtest to skip. */
@Disabled("all of it")
class SkippedSample {
  @Test
  void one() {}

  @Test
  void two() {}
}
