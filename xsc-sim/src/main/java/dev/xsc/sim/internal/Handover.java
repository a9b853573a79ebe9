// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from one thread to one other. A slot that holds something belongs to the
 * receiver, an empty one to the sender, so neither looks at the other's index.
 *
 * @param <T> what is handed over
 */
public final class Handover<T> {
  private final AtomicReferenceArray<@Nullable T> slots;
  private final int mask;
  private int sent;
  private int received;

  /**
   * An empty queue.
   *
   * @param capacity a power of two
   */
  public Handover(int capacity) {
    slots = new AtomicReferenceArray<>(capacity);
    mask = capacity - 1;
  }

  /** Sender: puts it in, false if the queue is full. */
  public boolean offer(T value) {
    int index = sent & mask;
    // Pairs with the receiver's store-release of null: it has done with the slot.
    if (slots.getAcquire(index) != null) {
      return false;
    }
    // Pairs with the receiver's load-acquire: it sees the value as we leave it.
    slots.setRelease(index, value);
    sent++;
    return true;
  }

  /** Receiver: takes the oldest, or null. */
  public @Nullable T poll() {
    int index = received & mask;
    T value = slots.getAcquire(index);
    if (value != null) {
      slots.setRelease(index, null);
      received++;
    }
    return value;
  }

  /** Receiver: whether there is nothing to take. */
  public boolean isEmpty() {
    return slots.getAcquire(received & mask) == null;
  }
}
