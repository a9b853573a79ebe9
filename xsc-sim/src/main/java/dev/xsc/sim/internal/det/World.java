// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of one simulated world share: decisions, faults, time, threads, and where it is
 * written down. Used by one thread at a time.
 *
 * <p>Without a scheduler there is one thread only, the caller's: whenever it waits, the world moves
 * on inside its call.
 */
public final class World {
  private final Choices choices;
  private final Faults faults;
  private final Timeline timeline;
  private final Tracer tracer;
  private final @Nullable Scheduler scheduler;
  private final boolean checks;
  private final boolean origins;
  private @Nullable Throwable failure;

  /**
   * A world.
   *
   * @param scheduler null for one thread only
   * @param checks whether memory in flight is poisoned and checked
   * @param origins whether such checks keep where an operation was submitted
   */
  World(
      Choices choices,
      Faults faults,
      Timeline timeline,
      Tracer tracer,
      @Nullable Scheduler scheduler,
      boolean checks,
      boolean origins) {
    this.choices = choices;
    this.faults = faults;
    this.timeline = timeline;
    this.tracer = tracer;
    this.scheduler = scheduler;
    this.checks = checks;
    this.origins = origins;
  }

  /** Decisions. */
  public Choices choices() {
    return choices;
  }

  /** What goes wrong. */
  public Faults faults() {
    return faults;
  }

  /** Time and what is to come. */
  public Timeline timeline() {
    return timeline;
  }

  /** Where it is written down. */
  public Tracer tracer() {
    return tracer;
  }

  /** Whether memory in flight is poisoned and checked. */
  boolean checks() {
    return checks;
  }

  /** Whether such checks keep where an operation was submitted. */
  boolean keepsOrigins() {
    return origins;
  }

  /**
   * Something is wrong that nobody can be told of by an exception: the simulation ends with it.
   * Only the first counts.
   */
  public void fail(Throwable what) {
    if (failure == null) {
      failure = what;
    }
  }

  /** What {@link #fail} was called with, or null. */
  public @Nullable Throwable failure() {
    return failure;
  }

  /** Who runs its threads; null if there is one only. */
  @Nullable Scheduler scheduler() {
    return scheduler;
  }

  /** Whether the caller is a simulated thread. */
  boolean runsCaller() {
    return scheduler != null && scheduler.runsCaller();
  }

  /**
   * Lets the world go on until the calling thread is unparked, or a time has come; may return
   * early.
   *
   * @param deadline {@link Long#MAX_VALUE} for none
   */
  void park(Object blocker, long deadline) {
    if (!runsCaller()) {
      moveOn(deadline);
    } else if (deadline == Long.MAX_VALUE) {
      LockSupport.park(blocker);
    } else if (deadline > timeline.now()) {
      Thread caller = Thread.currentThread();
      Timeline.Event alarm = timeline.schedule(deadline, () -> LockSupport.unpark(caller));
      LockSupport.park(blocker);
      timeline.cancel(alarm);
    }
  }

  /** Lets time pass in the calling thread, which keeps the permit to go on if it has one. */
  void pass(long nanos) {
    long end = timeline.now() + nanos;
    while (timeline.now() < end) {
      park(this, end);
    }
    LockSupport.unpark(Thread.currentThread());
  }

  /** Sometimes lets others run first. */
  @SuppressWarnings("ThreadPriorityCheck") // the scheduler is ours
  void preempt() {
    if (faults.strikes(dev.xsc.sim.Fault.THREAD_PREEMPTED) && runsCaller()) {
      Thread.yield();
    }
  }

  private void moveOn(long deadline) {
    if (scheduler != null) {
      throw new IllegalStateException(
          Thread.currentThread()
              + " is not one of the simulation's threads, and cannot wait in its time: call from"
              + " inside Simulation.run");
    }
    if (timeline.next() <= deadline && timeline.advance()) {
      return;
    }
    if (deadline == Long.MAX_VALUE) {
      throw new DeadlockError(
          "deadlock at "
              + timeline.now()
              + " ns: the only thread waits, and nothing is planned that could end its wait");
    }
    timeline.moveTo(deadline);
  }
}
