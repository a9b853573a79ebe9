// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static org.junit.jupiter.api.Assertions.fail;

import dev.xsc.ring.Errno;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Assertions about results of completions, with the names of errors. */
final class Results {
  private Results() {}

  static String name(int result) {
    return result < 0 ? "-" + Errno.name(result) : Integer.toString(result);
  }

  static void assertResult(int expected, int actual) {
    if (expected != actual) {
      fail("expected " + name(expected) + ", was " + name(actual));
    }
  }

  /** The operation failed with this errno. */
  static void assertError(int errno, int actual) {
    assertResult(-errno, actual);
  }

  /** The operation failed with one of these errnos: where Linux itself does not say which. */
  static void assertAnyError(int actual, int... errnos) {
    if (Arrays.stream(errnos).noneMatch(errno -> errno == -actual)) {
      String names =
          Arrays.stream(errnos).mapToObj(Errno::name).collect(Collectors.joining(" or "));
      fail("expected " + names + ", was " + name(actual));
    }
  }

  /** The result of a call that gives a descriptor, a count or 0. */
  static int assertSuccess(int actual) {
    if (actual < 0) {
      fail("expected success, was " + name(actual));
    }
    return actual;
  }
}
