// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

/**
 * Decides how long an event loop looks for work before it enters the kernel: whoever has just got a
 * result will often ask for more at once. A look costs less than a sleep and a wake-up. Loop thread
 * only.
 *
 * <p>Awaited are the callers whose operations have ended and who have not come back. While they are
 * fewer than the processors, the loop looks until they have; when they are more, they need its
 * processor, and gather while it sleeps. It looks for some microseconds at most, and not often
 * where that has not paid: after each look in vain more rounds go without one. Counts instead of
 * reading a clock, so that a simulated run is the same each time.
 */
final class Lull {
  /**
   * Looks at most without anybody coming: some {@link Thread#onSpinWait()} long, each, which is
   * tens of microseconds in all, about what a sleep and a wake-up take.
   */
  static final int LOOKS = 1024;

  /** Looks at most when somebody has come and waits for the others. */
  static final int LOOKS_FOR_MORE = LOOKS / 4;

  /** Most rounds without looking. */
  static final int MOST_SKIPPED = 63;

  private final int processors;
  private int awaited;
  private int came;
  private int looks;
  private int skip;
  private int skipNext;

  /** With one processor nobody else can bring work meanwhile. */
  Lull(int processors) {
    this.processors = processors;
  }

  /** An operation has ended, and its caller may come back. */
  void ended() {
    awaited++;
  }

  /** An operation has come. */
  void came() {
    came++;
    looks = 0;
  }

  /** A new round begins: the kernel has been entered. */
  void entered() {
    awaited = Math.max(0, awaited - came);
    came = 0;
    looks = 0;
  }

  /** Whether to look again; each call that says so counts as a look. */
  boolean looksOn() {
    if (awaited >= processors || came >= awaited) {
      skipNext = came > 0 ? 0 : skipNext;
      return false;
    }
    if (looks == 0 && came == 0 && skip > 0) {
      skip--;
      awaited = 0;
      return false;
    }
    if (looks++ < (came == 0 ? LOOKS : LOOKS_FOR_MORE)) {
      return true;
    }
    if (came == 0) {
      skip = skipNext;
      skipNext = Math.min(2 * skipNext + 1, MOST_SKIPPED);
    }
    awaited = 0;
    return false;
  }
}
