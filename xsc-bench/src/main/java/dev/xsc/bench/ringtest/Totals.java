// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest;

/**
 * What a run of tests came to.
 *
 * @param passed tests
 * @param failed tests, and groups that failed by themselves
 * @param skipped tests
 */
public record Totals(long passed, long failed, long skipped) {
  /** Whether there was any test. */
  public boolean isEmpty() {
    return passed + failed + skipped == 0;
  }

  /** As in {@code 12 passed, 0 failed, 3 skipped}. */
  @Override
  public String toString() {
    return passed + " passed, " + failed + " failed, " + skipped + " skipped";
  }
}
