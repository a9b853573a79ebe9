// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.FaultPlan;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link World} together and drives it. Owned by the thread that made it; see each method
 * for who else may call.
 */
public final class Universe {
  private static final int TRACE_LIMIT = 1 << 18;

  private final World world;
  private final Timeline timeline;
  private final @Nullable TraceLog log;
  private final @Nullable Scheduler scheduler;

  /**
   * A world at time 0.
   *
   * @param checking whether memory in flight is poisoned and checked
   * @param origins whether such checks keep where an operation was submitted
   * @param threads whether it has threads of its own
   * @param outsiders whether threads that are not simulated may wake those that are
   * @throws IllegalStateException if the JVM cannot run threads under a scheduler of ours
   */
  public Universe(
      Choices choices,
      FaultPlan plan,
      boolean tracing,
      boolean checking,
      boolean origins,
      boolean threads,
      boolean outsiders,
      long maxSteps) {
    if (threads && !refusal().isEmpty()) {
      throw new IllegalStateException(
          refusal() + "; or use SimulationOptions.singleThreaded(), which needs no flag");
    }
    timeline = new Timeline(choices, 0);
    log = tracing ? new TraceLog(timeline, TRACE_LIMIT) : null;
    scheduler = threads ? new Scheduler(choices, timeline, this::fail, maxSteps, outsiders) : null;
    Tracer tracer = log == null ? Tracer.NONE : log;
    world =
        new World(
            choices,
            new Faults(plan, choices, tracer),
            timeline,
            tracer,
            scheduler,
            checking,
            origins);
  }

  /** Why threads cannot be simulated in this JVM, with the remedy; empty if they can. */
  public static String refusal() {
    return VirtualThreads.refusal();
  }

  private void fail(Throwable what) {
    world.fail(what);
  }

  /** What its parts share. */
  public World world() {
    return world;
  }

  /** The trace, if one is kept. */
  public @Nullable TraceLog log() {
    return log;
  }

  private Scheduler scheduler() {
    if (scheduler == null) {
      throw new UnsupportedOperationException(
          "this simulation has one thread only: open it without singleThreaded()");
    }
    return scheduler;
  }

  /** Any thread of the world, or its owner: starts a thread; a null node inherits the caller's. */
  public void start(String name, @Nullable Object node, Runnable body) {
    scheduler().start(name, node, body);
  }

  /** Owner: runs threads and events until a condition holds. */
  public void drive(BooleanSupplier done) {
    scheduler().drive(done);
  }

  /** Node of the thread that runs now, if it has one. */
  public @Nullable Object currentNode() {
    return scheduler == null ? null : scheduler.currentHost();
  }

  /** Any thread of the world: waits, see {@link World#park}. */
  public void park(Object blocker, long deadline) {
    world.park(blocker, deadline);
  }

  /** A thread whose host is gone: never returns. */
  public void stopCaller() {
    while (true) {
      LockSupport.park(this);
    }
  }

  /** All threads with their stacks. */
  public String stacks() {
    return scheduler == null ? "" : scheduler.stacks();
  }

  /** Owner: ends all threads where they are, and forgets all events. */
  public void end() {
    if (scheduler != null) {
      scheduler.end(null);
    }
    timeline.clear();
  }
}
