// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/**
 * Decides when to submit without asking the kernel to wait. Much of what a kernel is given ends on
 * the spot (reads that the page cache has, sends that fit in the socket's buffer), and then asking
 * it to wait as well is work for nothing, which {@code xsc bench ring} shows: "C -n" there is the
 * same loop without it. When it did not end, a second entry is needed, which costs more than that;
 * so after a disappointment the next attempts come more seldom.
 *
 * <p>Owned by one ring, used on its owner thread.
 */
final class Optimism {
  private static final int LEAST_PAUSE = 4;
  private static final int LONGEST_PAUSE = 64;

  /** Waits from a disappointment to the next attempt. */
  private int pause;

  /** Waits left until the next attempt. */
  private int left;

  /** Whether this wait is to be attempted without asking for it. */
  boolean isDue() {
    if (left == 0) {
      return true;
    }
    left--;
    return false;
  }

  /** What came of an attempt. */
  void was(boolean right) {
    if (right) {
      pause >>= 1;
    } else {
      pause = Math.clamp(2L * pause, LEAST_PAUSE, LONGEST_PAUSE);
      left = pause;
    }
  }
}
