// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import org.jspecify.annotations.Nullable;

/**
 * Requests of one ring that have begun and wait for something, the oldest first. Engine thread
 * only.
 */
final class Waiting {
  private @Nullable Request first;
  private @Nullable Request last;
  private int size;

  /** The oldest; {@link Request#later} leads on. */
  @Nullable Request first() {
    return first;
  }

  int size() {
    return size;
  }

  void add(Request r) {
    r.earlier = last;
    if (last == null) {
      first = r;
    } else {
      last.later = r;
    }
    last = r;
    size++;
  }

  void remove(Request r) {
    Request earlier = r.earlier;
    Request later = r.later;
    if (earlier == null) {
      first = later;
    } else {
      earlier.later = later;
    }
    if (later == null) {
      last = earlier;
    } else {
      later.earlier = earlier;
    }
    r.earlier = null;
    r.later = null;
    size--;
  }
}
