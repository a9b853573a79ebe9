// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Whether a buffer is in flight or freed: the number of operations that have borrowed it, or {@link
 * #CLOSED}. Any thread.
 *
 * <p>Freeing needs the step from 0 to closed, borrowing one from 0 or more to more, so the two
 * exclude each other.
 */
public final class BufferState {
  private static final int CLOSED = -1;
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(BufferState.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int count;

  /** The operation that borrowed last, for messages. */
  private volatile @Nullable Op borrower;

  /** Counts a borrower. */
  public void borrow(Op op) {
    int now;
    do {
      now = count;
      if (now == CLOSED) {
        throw new IllegalStateException(
            "the buffer is freed, or was given back: " + op + " needs a living one");
      }
    } while (!COUNT.compareAndSet(this, now, now + 1));
    borrower = op;
  }

  /** One borrower less. */
  public void giveBack() {
    COUNT.getAndAdd(this, -1);
  }

  /** Whether nobody has borrowed it; from then on nobody can. */
  public boolean tryClose() {
    return COUNT.compareAndSet(this, 0, CLOSED);
  }

  /** Takes {@link #tryClose()} back. */
  public void reopen() {
    COUNT.compareAndSet(this, CLOSED, 0);
  }

  /** Operations in flight on it. */
  public int inFlight() {
    return Math.max(0, count);
  }

  /** The operation that borrowed it last. */
  public @Nullable Op borrower() {
    return borrower;
  }

  /**
   * Throws if the buffer is in flight or freed.
   *
   * @param access what the caller wants to do, for the message
   */
  public void checkIdle(String access) {
    int now = count;
    if (now > 0) {
      throw new IllegalStateException(
          access
              + " of a buffer in flight: "
              + borrower
              + " has it, "
              + now
              + " operation(s) in all; wait for its completion");
    }
    if (now == CLOSED) {
      throw new IllegalStateException(access + " of a buffer that is freed, or was given back");
    }
  }
}
