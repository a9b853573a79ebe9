// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one event loop that the kernel has, by slot. Loop thread only. Grows as needed;
 * how far is bounded by the loop's limit on operations.
 *
 * <p>User data is the slot in the lower 32 bits and the slot's generation in the next 15, so that a
 * completion for an operation that has ended is noticed.
 */
final class InFlight {
  /** Set in the user data of the time-out that is linked behind an operation. */
  static final long TIMEOUT_PART = 1L << 47;

  private static final int GENERATIONS = (1 << 15) - 1;
  private static final int INITIAL = 256;

  private @Nullable Operation<?>[] operations = new Operation<?>[INITIAL];
  private short[] generations = new short[INITIAL];
  private int[] free = new int[INITIAL];
  private int freeCount;
  private int size;

  InFlight() {
    addFree(0, INITIAL);
  }

  /** Gives the operation a slot and returns its user data. */
  long add(Operation<?> operation) {
    if (freeCount == 0) {
      grow();
    }
    int slot = free[--freeCount];
    operations[slot] = operation;
    operation.slot = slot;
    size++;
    return userData(operation);
  }

  /** User data of an operation that has a slot. */
  long userData(Operation<?> operation) {
    return operation.slot | (long) generations[operation.slot] << 32;
  }

  /** The operation that a completion belongs to. */
  Operation<?> get(long userData) {
    int slot = (int) userData;
    Operation<?> operation = slot < 0 || slot >= operations.length ? null : operations[slot];
    if (operation == null || generations[slot] != (userData >>> 32 & GENERATIONS)) {
      throw new IllegalStateException(
          "completion for an operation that has ended, user data 0x" + Long.toHexString(userData));
    }
    return operation;
  }

  /** Takes the slot back. */
  void remove(Operation<?> operation) {
    int slot = operation.slot;
    operations[slot] = null;
    generations[slot] = (short) (generations[slot] + 1 & GENERATIONS);
    operation.slot = -1;
    free[freeCount++] = slot;
    size--;
  }

  int size() {
    return size;
  }

  /** Highest slot ever used, plus one. */
  int slots() {
    return operations.length;
  }

  @Nullable Operation<?> at(int slot) {
    return operations[slot];
  }

  private void grow() {
    int old = operations.length;
    operations = Arrays.copyOf(operations, 2 * old);
    generations = Arrays.copyOf(generations, 2 * old);
    free = Arrays.copyOf(free, 2 * old);
    addFree(old, 2 * old);
  }

  private void addFree(int from, int to) {
    // Low slots on top: they are used first, and stay in the cache.
    for (int slot = to - 1; slot >= from; slot--) {
      free[freeCount++] = slot;
    }
  }
}
