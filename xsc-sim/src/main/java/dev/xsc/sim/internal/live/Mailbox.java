// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Handover;
import dev.xsc.sim.internal.Request;
import java.lang.invoke.VarHandle;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What other threads leave for a kernel thread, and the doorbell that tells it. Filled by any
 * thread, except that only the ring's owner submits; emptied by the kernel thread.
 */
final class Mailbox {
  // How the kernel thread sleeps; whoever changes this back to awake sees to it that it wakes.
  private static final int AWAKE = 0;
  private static final int SELECTS = 1;
  private static final int NAPS = 2;

  private final Handover<Request> submitted;
  private final Queue<Request> finished = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
  private final Selector selector;
  private final AtomicInteger sleep = new AtomicInteger();
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  Mailbox(Selector selector, int capacity) {
    this.selector = selector;
    this.submitted = new Handover<>(capacity);
  }

  /** Whose mailbox it is, from now on. */
  void belongsTo(Thread kernelThread) {
    thread = kernelThread;
  }

  @Nullable Thread thread() {
    return thread;
  }

  // ---- leaving things

  /** A unit of work, heard of after {@link #ring()}; false if there is no room. */
  boolean submit(Request unit) {
    return submitted.offer(unit);
  }

  /** A request that a worker is done with. */
  void finish(Request r) {
    finished.add(r);
    ring();
  }

  /** Something to be done on the kernel thread; false if it has ended. */
  boolean act(Runnable action) {
    actions.add(action);
    ring();
    // After the add. Pairs with close, which is followed by a last look at what was left: one of
    // the two has it.
    return !closed || !actions.remove(action);
  }

  /** Wakes the kernel thread if it sleeps. */
  void ring() {
    // What was left comes before this load. Pairs with the fence in fallAsleep: either that side
    // sees what was left, or
    // this one sees it sleep.
    VarHandle.fullFence();
    int how = sleep.get();
    if (how != AWAKE && sleep.compareAndSet(how, AWAKE)) {
      if (how == SELECTS) {
        selector.wakeup();
      } else {
        LockSupport.unpark(thread);
      }
    }
  }

  /** Whether the kernel thread is at work, so that waiting for it a moment is worth it. */
  boolean awake() {
    return sleep.getOpaque() == AWAKE;
  }

  // ---- the kernel thread

  @Nullable Request nextSubmitted() {
    return submitted.poll();
  }

  @Nullable Request nextFinished() {
    return finished.poll();
  }

  @Nullable Runnable nextAction() {
    return actions.poll();
  }

  /** The kernel thread will look once more at what is left, and then no more. */
  void close() {
    closed = true;
    VarHandle.fullFence();
  }

  boolean isEmpty() {
    return submitted.isEmpty() && finished.isEmpty() && actions.isEmpty();
  }

  /**
   * About to sleep: {@link #isEmpty()} must be asked once more after this.
   *
   * @param selects in the selector, else parked
   */
  void fallAsleep(boolean selects) {
    sleep.set(selects ? SELECTS : NAPS);
    // Pairs with the fence in ring.
    VarHandle.fullFence();
  }

  void awaken() {
    sleep.set(AWAKE);
  }
}
