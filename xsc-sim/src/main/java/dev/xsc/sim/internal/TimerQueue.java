// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Requests by deadline: a binary heap from which any can be removed. Engine thread only. */
final class TimerQueue {
  private @Nullable Request[] heap = new Request[16];
  private int size;
  private long added;

  /** Earliest deadline, or {@link Long#MAX_VALUE}. */
  long next() {
    return size == 0 ? Long.MAX_VALUE : at(0).deadline;
  }

  void add(Request r) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    r.timerOrder = added++;
    up(size++, r);
  }

  void remove(Request r) {
    int index = r.heapIndex;
    if (index < 0) {
      return;
    }
    r.heapIndex = -1;
    Request last = at(--size);
    heap[size] = null;
    if (last != r) {
      up(index, last);
      down(last.heapIndex, last);
    }
  }

  /** Takes one whose time has come, or null. */
  @Nullable Request pollDue(long now) {
    if (size == 0 || at(0).deadline > now) {
      return null;
    }
    Request due = at(0);
    remove(due);
    return due;
  }

  private void up(int index, Request r) {
    int i = index;
    while (i > 0 && before(r, at((i - 1) / 2))) {
      put(i, at((i - 1) / 2));
      i = (i - 1) / 2;
    }
    put(i, r);
  }

  private void down(int index, Request r) {
    int i = index;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && before(at(child + 1), at(child))) {
        child++;
      }
      if (!before(at(child), r)) {
        break;
      }
      put(i, at(child));
      i = child;
    }
    put(i, r);
  }

  /** Of equal deadlines, the one set first comes first. */
  private static boolean before(Request a, Request b) {
    return a.deadline != b.deadline ? a.deadline < b.deadline : a.timerOrder < b.timerOrder;
  }

  private void put(int index, Request r) {
    heap[index] = r;
    r.heapIndex = index;
  }

  private Request at(int index) {
    Request r = heap[index];
    if (r == null) {
      throw new IllegalStateException("no timer at " + index + " of " + size);
    }
    return r;
  }
}
