// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.spi.Environment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Something that one thread has another do, and waits for. Made by the thread that waits, for one
 * use.
 */
final class Rendezvous implements Runnable {
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 500 : 0;

  private final Runnable action;
  private final Thread waiter = Thread.currentThread();
  private volatile boolean parked;
  private volatile boolean done;
  private @Nullable RuntimeException failure;

  Rendezvous(Runnable action) {
    this.action = action;
  }

  @Override
  public void run() {
    try {
      action.run();
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      done = true;
      // Pairs with the fence in await.
      VarHandle.fullFence();
      if (parked) {
        LockSupport.unpark(waiter);
      }
    }
  }

  /** Waits until it has been done. An interrupt stays pending and does not end the wait. */
  void await(Environment environment) {
    for (int i = 0; i < SPINS && !done; i++) {
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    while (!done) {
      parked = true;
      // Pairs with the fence in run: either it sees us parked, or we see it done.
      VarHandle.fullFence();
      if (!done) {
        environment.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** {@link Thread#join()} that an interrupt does not end. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
