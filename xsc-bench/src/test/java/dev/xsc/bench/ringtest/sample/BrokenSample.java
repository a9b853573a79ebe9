// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest.sample;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Something for ringtest that fails before its tests begin. */
class BrokenSample {
  @BeforeAll
  @SuppressWarnings("DoNotCallSuggester") // JUnit is to call it
  static void prepare() {
    throw new IllegalStateException("cannot be prepared");
  }

  @Test
  void never() {}
}
