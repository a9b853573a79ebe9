// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.ring.RingStats;
import java.util.List;

/**
 * Counters of an {@link Xsc}, one element per event loop. Taken while loops work, so the counters
 * of one snapshot may be a moment apart.
 *
 * @param loops each loop's
 */
public record XscStats(List<Loop> loops) {
  /** Copies. */
  public XscStats {
    loops = List.copyOf(loops);
  }

  /**
   * One event loop. All but {@code operations} count from its start.
   *
   * @param operations waiting in its queue or in flight now
   * @param submitted ring entries filled for operations: one for each round of an operation that
   *     goes on, one for a time limit, one for a cancel; not the reads by which the library hears
   *     of wake-ups, which are in {@link RingStats#submitted()}
   * @param wakes wake-ups of the loop by other threads, each a write to an eventfd on io_uring
   * @param calls system calls made directly, for socket options and addresses and for operations
   *     that the kernel's ring does not have
   * @param ring its ring's own counters
   */
  public record Loop(int operations, long submitted, long wakes, long calls, RingStats ring) {
    /** Kernel entries: to submit and to wait, to wake the loop, and direct calls. */
    public long kernelEntries() {
      return ring.enters() + wakes + calls;
    }
  }

  /** Operations under way on all loops. */
  public int operations() {
    return loops.stream().mapToInt(Loop::operations).sum();
  }

  /** Ring entries filled for operations on all loops; see {@link Loop#submitted()}. */
  public long submitted() {
    return loops.stream().mapToLong(Loop::submitted).sum();
  }

  /**
   * Kernel entries of all loops since they were opened: on native kernels every system call that
   * the library makes for operations; see {@link Loop#kernelEntries()}. Threads that park and
   * unpark make their own, which nobody counts.
   */
  public long kernelEntries() {
    return loops.stream().mapToLong(Loop::kernelEntries).sum();
  }
}
