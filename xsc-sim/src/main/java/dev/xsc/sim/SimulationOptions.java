// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.sim.internal.disk.DiskOptions;
import java.time.Duration;

/** What a {@link Simulation} is like. Immutable: each method returns changed options. */
public final class SimulationOptions {
  /** Seed 0, no faults, memory checked, no trace, threads of its own. */
  public static final SimulationOptions DEFAULT = new SimulationOptions();

  long seed;
  FaultPlan faults = FaultPlan.NONE;
  boolean tracing;
  boolean checking = true;
  boolean origins = true;
  boolean threads = true;
  boolean outsiders;
  long maxSteps = 100_000_000;
  long calmAfter = Long.MAX_VALUE;
  long endWithin = Long.MAX_VALUE;
  DiskOptions disk = DiskOptions.USUAL;

  private SimulationOptions() {}

  private SimulationOptions copy() {
    SimulationOptions copy = new SimulationOptions();
    copy.seed = seed;
    copy.faults = faults;
    copy.tracing = tracing;
    copy.checking = checking;
    copy.origins = origins;
    copy.threads = threads;
    copy.outsiders = outsiders;
    copy.maxSteps = maxSteps;
    copy.calmAfter = calmAfter;
    copy.endWithin = endWithin;
    copy.disk = disk;
    return copy;
  }

  /** What decides everything that the code under test does not. */
  public SimulationOptions seed(long value) {
    SimulationOptions copy = copy();
    copy.seed = value;
    return copy;
  }

  /** What goes wrong, and how often. */
  public SimulationOptions faults(FaultPlan plan) {
    SimulationOptions copy = copy();
    copy.faults = plan;
    return copy;
  }

  /** Keeps a {@link Trace} of what happens. */
  public SimulationOptions traced() {
    return traced(true);
  }

  SimulationOptions traced(boolean value) {
    SimulationOptions copy = copy();
    copy.tracing = value;
    return copy;
  }

  /**
   * Leaves memory in flight unchecked, which is faster: otherwise what the kernel will write to is
   * filled with a pattern meanwhile, and memory that it reads from must not change.
   */
  public SimulationOptions unchecked() {
    SimulationOptions copy = copy();
    copy.checking = false;
    return copy;
  }

  /**
   * Checks memory in flight, but does not keep the stack trace of each submission, which costs more
   * than everything else together: a failure then says which operation's memory was changed, and
   * not where it was submitted. A {@link Search} does so by itself, and repeats a run that fails
   * with everything kept.
   */
  public SimulationOptions withoutOrigins() {
    return origins(false);
  }

  SimulationOptions origins(boolean value) {
    SimulationOptions copy = copy();
    copy.origins = value;
    return copy;
  }

  /**
   * The reduced mode, which needs no JVM flag: one thread, the caller's. It opens rings with {@link
   * SimHost#ring()} and uses them; whenever it waits on one, time goes on inside its call. There
   * are no event loops, so no {@link dev.xsc.Xsc}, no {@link SimHost#start}, and nothing else that
   * runs beside it.
   */
  public SimulationOptions singleThreaded() {
    SimulationOptions copy = copy();
    copy.threads = false;
    return copy;
  }

  /**
   * Lets threads that are not simulated wake those that are, and waits for them instead of
   * reporting a deadlock. The run can then not be repeated.
   */
  public SimulationOptions withOutsiders() {
    SimulationOptions copy = copy();
    copy.outsiders = true;
    return copy;
  }

  /**
   * After how many turns of threads it counts as never ending; default 100 million.
   *
   * @param count 1 or more
   */
  public SimulationOptions maxSteps(long count) {
    if (count < 1) {
      throw new IllegalArgumentException("at most " + count + " steps: must be 1 or more");
    }
    SimulationOptions copy = copy();
    copy.maxSteps = count;
    return copy;
  }

  /**
   * Checks liveness: after a time no more faults strike and all partitions heal, and within another
   * time everything that runs must then have ended.
   *
   * @param calm virtual time from the start
   * @param end virtual time from then on
   */
  public SimulationOptions live(Duration calm, Duration end) {
    SimulationOptions copy = copy();
    copy.calmAfter = calm.toNanos();
    copy.endWithin = Math.addExact(copy.calmAfter, end.toNanos());
    return copy;
  }

  /**
   * Disks whose file system keeps changes of names in order and makes a file's name durable with
   * the file, as ext4 and XFS do. The default promises only what POSIX does: a name is durable
   * after a sync of its directory.
   */
  public SimulationOptions journalledNames() {
    SimulationOptions copy = copy();
    copy.disk = disk.with(DiskOptions.Names.ORDERED);
    return copy;
  }
}
