// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest.sample;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Not run by the build, whose tests have other names: something for ringtest to run. */
class MixedSample {
  @Test
  void fails() {
    fail("expected # 1\nok 99 in the message");
  }

  @Test
  void isAborted() {
    abort("nothing to\ntest");
  }

  @Test
  @Disabled("for # the test")
  void isDisabled() {}

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void onlyOneIsOdd(int number) {
    if (number % 2 == 0) {
      fail("even");
    }
  }

  @Test
  void passes() {
    System.out.println("ok 77 printed by a test");
  }

  @Nested
  class Inner {
    @Test
    void passesToo() {}
  }
}
