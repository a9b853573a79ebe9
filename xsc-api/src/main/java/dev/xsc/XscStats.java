// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.ring.RingStats;
import java.util.List;

/**
 * Counters of an {@link Xsc}, one element per event loop.
 *
 * @param loops each loop's
 */
public record XscStats(List<Loop> loops) {
  /** Copies. */
  public XscStats {
    loops = List.copyOf(loops);
  }

  /**
   * One event loop.
   *
   * @param operations waiting in its queue or in flight
   * @param ring its ring's counters
   */
  public record Loop(int operations, RingStats ring) {}

  /** Operations under way on all loops. */
  public int operations() {
    return loops.stream().mapToInt(Loop::operations).sum();
  }

  /** Entries submitted on all loops. */
  public long submitted() {
    return loops.stream().mapToLong(loop -> loop.ring().submitted()).sum();
  }

  /** Kernel entries of all loops: system calls on native kernels. */
  public long enters() {
    return loops.stream().mapToLong(loop -> loop.ring().enters()).sum();
  }
}
