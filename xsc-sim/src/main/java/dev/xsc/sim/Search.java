// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.sim.internal.det.Choices;
import dev.xsc.sim.internal.det.EnumeratedChoices;
import dev.xsc.sim.internal.det.RecordingChoices;
import dev.xsc.sim.internal.det.Script;
import dev.xsc.sim.internal.disk.PagePool;
import dev.xsc.spi.Environment;
import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a run that fails: over many seeds, on all cores, each with a fault mix of its own if
 * asked for. The first failure is made as small as possible, and thrown with all that repeats it.
 * Immutable: each method returns a changed search. {@link #run()} may be called by any thread that
 * is not in a simulation.
 *
 * <p>With the system property {@code dev.xsc.sim.replay} set to what a failure printed, only that
 * run is made.
 */
public final class Search {
  private static final long PROGRESS_NANOS = 2_000_000_000;
  private static final int SHRINKING_RUNS = 2000;

  private final Simulation.Body body;
  private SimulationOptions options = SimulationOptions.DEFAULT;
  private long firstSeed;
  private long count = 1000;
  private @Nullable Set<Fault.Group> swarm;
  private int cores = Runtime.getRuntime().availableProcessors();
  private @Nullable PrintStream progress;
  private int shrinkingRuns = SHRINKING_RUNS;

  private Search(Simulation.Body body) {
    this.body = body;
  }

  /** A search over 1,000 seeds from 0 on. */
  public static Search of(Simulation.Body body) {
    return new Search(body);
  }

  private Search copy() {
    Search copy = new Search(body);
    copy.options = options;
    copy.firstSeed = firstSeed;
    copy.count = count;
    copy.swarm = swarm;
    copy.cores = cores;
    copy.progress = progress;
    copy.shrinkingRuns = shrinkingRuns;
    return copy;
  }

  /** What each simulation is like, apart from its seed and, with {@link #swarm}, its faults. */
  public Search options(SimulationOptions value) {
    Search copy = copy();
    copy.options = value;
    return copy;
  }

  /**
   * Which seeds.
   *
   * @param many 1 or more
   */
  public Search seeds(long first, long many) {
    if (many < 1) {
      throw new IllegalArgumentException(many + " seeds: must be 1 or more");
    }
    Search copy = copy();
    copy.firstSeed = first;
    copy.count = many;
    return copy;
  }

  /** A random mix of faults of these groups for each seed; see {@link FaultPlan#swarm}. */
  public Search swarm(Fault.Group... groups) {
    Search copy = copy();
    copy.swarm = Set.of(groups);
    return copy;
  }

  /** The same faults for each seed, instead of {@link #swarm}. */
  public Search faults(FaultPlan plan) {
    Search copy = copy();
    copy.options = options.faults(plan);
    copy.swarm = null;
    return copy;
  }

  /**
   * How many threads run simulations; default one per core.
   *
   * @param number 1 or more
   */
  public Search cores(int number) {
    if (number < 1) {
      throw new IllegalArgumentException(number + " cores: must be 1 or more");
    }
    Search copy = copy();
    copy.cores = number;
    return copy;
  }

  /** Prints a line every few seconds. */
  public Search progress(PrintStream to) {
    Search copy = copy();
    copy.progress = to;
    return copy;
  }

  /**
   * How many runs a failure may be made smaller with; 0 leaves it as it is.
   *
   * @param most 0 or more
   */
  public Search shrinking(int most) {
    Search copy = copy();
    copy.shrinkingRuns = most;
    return copy;
  }

  // ---- running

  /**
   * Runs until a run fails, or all have been.
   *
   * @return how many runs there were
   * @throws SimulationFailure if one failed: that with the lowest seed
   * @throws IllegalStateException if the JVM lacks a flag; see {@link Simulation#refusal()}
   */
  public long run() {
    // Before there are threads, in which it would be nobody's failure.
    Simulation.open(options).close();
    Replay asked = Replay.asked();
    if (asked != null) {
      Throwable failure = attempt(asked, asked.choices(), new PagePool(), false);
      if (failure != null) {
        throw report(asked, failure, "replayed");
      }
      return 1;
    }
    AtomicLong next = new AtomicLong();
    AtomicLong done = new AtomicLong();
    AtomicReference<@Nullable Found> found = new AtomicReference<>();
    Environment system = Environment.system();
    long start = system.nanoTime();
    // The first alone, so that classes are loaded before simulations run side by side: the locks
    // that this takes belong to the whole JVM, and waiting for one is not simulated.
    attemptNext(next, done, found, new PagePool());
    Thread[] workers = new Thread[(int) Math.min(cores, count)];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = system.startLoop("xsc-search-" + i, () -> work(next, done, found));
    }
    boolean interrupted = false;
    for (Thread worker : workers) {
      interrupted |= join(worker, () -> report(done.get(), start), next);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    report(done.get(), start);
    Found first = found.get();
    if (first != null) {
      throw shrunk(first);
    }
    return done.get();
  }

  /**
   * Makes one run and keeps its trace.
   *
   * @param line what a failure printed, {@code seed=… faults=… script=…}; what it leaves out has
   *     the value of {@code seed=0} and {@link FaultPlan#NONE}
   * @return how it went, also if it failed
   * @throws IllegalArgumentException naming the part of the line that is wrong
   */
  public Run replay(String line) {
    Replay replay = Replay.parse(line);
    Outcome outcome = run(replay, replay.choices(), new PagePool(), true);
    return new Run(replay.toString(), outcome.trace, outcome.failure);
  }

  /**
   * The line for {@link #replay} of the run that {@link #run()} makes for a seed.
   *
   * @param seed which of the seeds; one that the search leaves out will do, too
   */
  public String lineFor(long seed) {
    return new Replay(seed, plan(seed), null).toString();
  }

  /**
   * One run.
   *
   * @param replay the line that repeats it
   * @param trace what happened
   * @param failure what it failed with, null if it did not
   */
  public record Run(String replay, Trace trace, @Nullable Throwable failure) {}

  /**
   * Runs each possible order of events, threads and faults once, instead of seeds: for simulations
   * of a few operations. Times and lengths are not varied.
   *
   * @param most runs after which it gives up
   * @return how many runs there were
   * @throws SimulationFailure if one failed
   * @throws IllegalStateException if there are more than {@code most}
   */
  public long exhaust(long most) {
    EnumeratedChoices choices = new EnumeratedChoices();
    PagePool pages = new PagePool();
    Replay replay = new Replay(options.seed, options.faults, null);
    long runs = 0;
    do {
      if (++runs > most) {
        throw new IllegalStateException(
            "more than " + most + " orders: use fewer operations, or raise the limit");
      }
      RecordingChoices recording = new RecordingChoices(choices);
      Throwable failure = attempt(replay, recording, pages, false);
      if (failure != null) {
        throw shrunk(new Found(replay.with(recording.script()), failure));
      }
    } while (choices.next());
    return runs;
  }

  private record Found(Replay replay, Throwable failure) {}

  private void work(AtomicLong next, AtomicLong done, AtomicReference<@Nullable Found> found) {
    PagePool pages = new PagePool();
    while (attemptNext(next, done, found, pages)) {
      // One after the other.
    }
  }

  /** Runs the next seed; false if there is none that matters. */
  private boolean attemptNext(
      AtomicLong next, AtomicLong done, AtomicReference<@Nullable Found> found, PagePool pages) {
    long i = next.getAndIncrement();
    Found best = found.get();
    long seed = firstSeed + i;
    if (i >= count || (best != null && seed > best.replay.seed())) {
      return false;
    }
    Replay replay = new Replay(seed, plan(seed), null);
    Throwable failure = attempt(replay, replay.choices(), pages, false);
    done.incrementAndGet();
    if (failure != null) {
      Found mine = new Found(replay, failure);
      found.accumulateAndGet(
          mine, (old, now) -> old != null && old.replay.seed() < seed ? old : now);
    }
    return true;
  }

  private FaultPlan plan(long seed) {
    Set<Fault.Group> groups = swarm;
    return groups == null ? options.faults : FaultPlan.swarm(seed, groups);
  }

  private @Nullable Throwable attempt(
      Replay replay, Choices choices, PagePool pages, boolean traced) {
    return run(replay, choices, pages, traced).failure;
  }

  private record Outcome(@Nullable Throwable failure, Trace trace) {}

  private Outcome run(Replay replay, Choices choices, PagePool pages, boolean traced) {
    // What is slow is left to the run that is shown.
    SimulationOptions each =
        options
            .seed(replay.seed())
            .faults(replay.plan())
            .traced(traced || options.tracing)
            .origins(traced && options.origins);
    try (Simulation simulation = new Simulation(each, choices, pages)) {
      Throwable failure = null;
      try {
        simulation.run(body);
      } catch (Exception | Error e) {
        failure = e;
      }
      return new Outcome(failure, traced ? simulation.trace() : Trace.EMPTY);
    }
  }

  // ---- failures

  private SimulationFailure shrunk(Found found) {
    RecordingChoices recording = new RecordingChoices(found.replay.choices());
    PagePool pages = new PagePool();
    Throwable again = attempt(found.replay, recording, pages, false);
    if (again == null || !alike(again, found.failure)) {
      return new SimulationFailure(
          found.replay,
          found.failure,
          "",
          "did not fail in the same way when it was repeated ("
              + again
              + "): the code under test depends on something that is not simulated");
    }
    Script script = recording.script();
    Shrinker shrinker =
        new Shrinker(
            script,
            smaller -> {
              Replay replay = found.replay.with(smaller);
              Throwable failure = attempt(replay, replay.choices(), pages, false);
              return failure != null && alike(failure, found.failure);
            },
            shrinkingRuns);
    Script smallest = shrinker.shrink();
    return report(
        found.replay.with(smallest),
        found.failure,
        "made smaller from "
            + script.size()
            + " decisions to "
            + smallest.size()
            + " in "
            + shrinker.runs()
            + " runs");
  }

  private SimulationFailure report(Replay replay, Throwable failure, String how) {
    Outcome last = run(replay, replay.choices(), new PagePool(), true);
    return new SimulationFailure(
        replay, last.failure == null ? failure : last.failure, last.trace.text(), how);
  }

  /** Whether two runs failed for the same reason, as far as can be told. */
  private static boolean alike(Throwable a, Throwable b) {
    return a.getClass() == b.getClass() && place(a).equals(place(b));
  }

  /** Where it was thrown, leaving out what merely reports it. */
  private static String place(Throwable e) {
    for (StackTraceElement frame : e.getStackTrace()) {
      String type = frame.getClassName();
      if (!type.startsWith("org.junit.") && !type.startsWith("java.") && !type.startsWith("jdk.")) {
        return type + ":" + frame.getLineNumber();
      }
    }
    return "";
  }

  // ---- progress

  private void report(long done, long start) {
    PrintStream to = progress;
    if (to != null) {
      double seconds = (Environment.system().nanoTime() - start) / 1e9;
      to.printf(
          "%d of %d seeds, %.0f per minute and core%n",
          done, count, done / Math.max(seconds, 1e-9) * 60 / Math.min(cores, count));
    }
  }

  private static boolean join(Thread worker, Runnable meanwhile, AtomicLong next) {
    boolean interrupted = false;
    while (true) {
      try {
        if (worker.join(java.time.Duration.ofNanos(PROGRESS_NANOS))) {
          return interrupted;
        }
        meanwhile.run();
      } catch (InterruptedException _) {
        // Let what is running end, and begin nothing new.
        interrupted = true;
        next.set(Long.MAX_VALUE / 2);
      }
    }
  }
}
