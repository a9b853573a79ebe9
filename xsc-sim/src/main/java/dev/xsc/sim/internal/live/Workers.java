// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.spi.Environment;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that may block, for the calls of one ring that may. A few do the ordinary work; more are
 * added, up to a bound, only when those are stuck, as a read of an empty FIFO is. Any thread.
 */
final class Workers {
  private static final System.Logger LOG = System.getLogger("dev.xsc.sim");

  private static final int ORDINARY = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final int MOST = 64;

  private final Environment environment;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private int idle;
  private int made;
  private boolean stopping;

  /** Whether something has waited since the last {@link #relieve()}. */
  private volatile boolean waiting;

  Workers(Environment environment, String name) {
    this.environment = environment;
    this.name = name;
  }

  /** Has a worker do it; false after {@link #stop()}. */
  boolean execute(Runnable task) {
    lock.lock();
    try {
      if (stopping) {
        return false;
      }
      queue.add(task);
      if (idle >= queue.size()) {
        work.signal();
      } else if (threads.size() < ORDINARY) {
        add();
      } else {
        waiting = true;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #relieve()} should be called after a while. */
  boolean congested() {
    return waiting;
  }

  /** Adds a worker if work has been waiting. */
  void relieve() {
    lock.lock();
    try {
      waiting = queue.size() > idle;
      if (waiting && threads.size() < MOST && !stopping) {
        add();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets the workers finish what they are at, and waits until they have. */
  void stop() {
    List<Thread> all;
    lock.lock();
    try {
      stopping = true;
      work.signalAll();
      all = List.copyOf(threads);
    } finally {
      lock.unlock();
    }
    all.forEach(Rendezvous::join);
  }

  /**
   * One of the workers is stuck in a call for good: it is not waited for, and another may take its
   * place.
   */
  void forget(Thread worker) {
    lock.lock();
    try {
      threads.remove(worker);
    } finally {
      lock.unlock();
    }
  }

  private void add() {
    threads.add(environment.startLoop(name + "-worker-" + ++made, this::loop));
  }

  private void loop() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        // A task reports its own failures; this one is a fault of the simulator, and the worker is
        // still good.
        LOG.log(Level.ERROR, "a task of " + name + " failed", e);
      }
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      idle++;
      while (queue.isEmpty() && !stopping) {
        work.awaitUninterruptibly();
      }
      idle--;
      return queue.poll();
    } finally {
      lock.unlock();
    }
  }
}
