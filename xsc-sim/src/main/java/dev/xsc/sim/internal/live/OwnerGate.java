// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.sim.internal.Engine;
import dev.xsc.spi.Environment;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.Words;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where a ring's owner waits for completions. {@link #await} is the owner's, {@link #published()}
 * the kernel thread's, {@link #wake()} anybody's.
 */
final class OwnerGate {
  /**
   * Looks at the queue before the owner parks: some 20 µs, which is about what parking and waking
   * cost.
   */
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 500 : 0;

  private final Environment environment;
  private final Mailbox mailbox;
  private final Engine engine;
  private final MemorySegment headWord;
  private final MemorySegment tailWord;
  private final AtomicBoolean woken = new AtomicBoolean();

  /** The owner while it may be parked. */
  private volatile @Nullable Thread parked;

  private volatile int wanted;

  OwnerGate(Environment environment, Mailbox mailbox, Engine engine, RingMemory memory) {
    this.environment = environment;
    this.mailbox = mailbox;
    this.engine = engine;
    headWord = memory.cq().head();
    tailWord = memory.cq().tail();
  }

  int await(int minComplete, long deadline) {
    boolean interrupted = false;
    int spins = 0;
    try {
      while (true) {
        int outcome = outcome(minComplete, deadline);
        if (outcome <= 0) {
          return outcome;
        }
        if (spins < SPINS && mailbox.awake()) {
          spins++;
          Thread.onSpinWait();
          continue;
        }
        wanted = minComplete;
        parked = Thread.currentThread();
        // Pairs with the fences in published and wake: either they see us, or we see what they have
        // done.
        VarHandle.fullFence();
        if (!satisfied(minComplete) && !woken.get()) {
          park(deadline);
        }
        parked = null;
        // Waiting goes on: an interrupt is the caller's business and must not make parking return
        // at once for ever.
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** How the wait ends now, or 1 if it does not. */
  private int outcome(int minComplete, long deadline) {
    if (satisfied(minComplete)) {
      return 0;
    }
    if (woken.get() && woken.compareAndSet(true, false)) {
      return -Errno.EINTR;
    }
    return deadline != Long.MAX_VALUE && environment.nanoTime() >= deadline ? -Errno.ETIME : 1;
  }

  private void park(long deadline) {
    if (deadline == Long.MAX_VALUE) {
      environment.park(this);
    } else {
      environment.parkNanos(this, deadline - environment.nanoTime());
    }
  }

  private boolean satisfied(int minComplete) {
    // Both are read again by whoever takes the entries; here they only have to be fresh.
    return Words.getAcquire(tailWord) - Words.getAcquire(headWord) >= minComplete
        || !engine.owed().isEmpty();
  }

  /** Something was posted. */
  void published() {
    // Pairs with the fence in await.
    VarHandle.fullFence();
    Thread owner = parked;
    if (owner != null && satisfied(wanted)) {
      parked = null;
      LockSupport.unpark(owner);
    }
  }

  void wake() {
    woken.set(true);
    // Pairs with the fence in await.
    VarHandle.fullFence();
    Thread owner = parked;
    if (owner != null) {
      LockSupport.unpark(owner);
    }
  }
}
