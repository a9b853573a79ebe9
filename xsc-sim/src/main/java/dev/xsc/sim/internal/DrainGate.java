// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Holds units of work back for drained ones: a drained unit starts when nothing is in flight, and
 * nothing starts before it has ended. Engine thread only.
 */
final class DrainGate {
  private final ArrayDeque<Request> held = new ArrayDeque<>();
  private boolean drainedRuns;

  /**
   * Asks to start a unit.
   *
   * @param active requests started and not ended
   * @return false if it is held back; {@link #next} returns it later
   */
  boolean admits(Request unit, int active) {
    boolean drained = Taker.drains(unit);
    if (held.isEmpty() && !drainedRuns && !(drained && active > 0)) {
      drainedRuns = drained;
      return true;
    }
    held.add(unit);
    return false;
  }

  /** A unit that was held back and may start now, or null. */
  @Nullable Request next(int active) {
    if (active == 0) {
      drainedRuns = false;
    }
    Request unit = held.peek();
    if (unit == null || drainedRuns) {
      return null;
    }
    boolean drained = Taker.drains(unit);
    if (drained && active > 0) {
      return null;
    }
    drainedRuns = drained;
    return held.poll();
  }

  /** A unit that is held back and shall not start any more, or null. */
  @Nullable Request remove() {
    return held.poll();
  }
}
