// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.info;

import dev.xsc.Xsc;
import dev.xsc.XscStats;

/**
 * What was asked of a kernel, and how often it was entered for it.
 *
 * @param operations submitted, without those by which a loop waits to be woken
 * @param entries system calls on native kernels: to submit and to wait, and to wake a loop that
 *     waits
 */
public record Effort(long operations, long entries) {
  /** Nothing. */
  public static final Effort NONE = new Effort(0, 0);

  /** Since the rings were opened. */
  public static Effort of(Xsc xsc) {
    XscStats stats = xsc.stats();
    return new Effort(stats.submitted(), stats.kernelEntries());
  }

  /** What was added to an earlier one. */
  public Effort since(Effort earlier) {
    return new Effort(operations - earlier.operations, entries - earlier.entries);
  }

  /** Both together. */
  public Effort plus(Effort other) {
    return new Effort(operations + other.operations, entries + other.entries);
  }
}
