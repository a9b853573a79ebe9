// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.sim.internal.det.Choice;
import dev.xsc.sim.internal.det.Choices;
import dev.xsc.sim.internal.det.SeededChoices;
import dev.xsc.sim.internal.det.TraceLog;
import dev.xsc.sim.internal.det.Universe;
import dev.xsc.sim.internal.det.World;
import dev.xsc.sim.internal.disk.PagePool;
import dev.xsc.sim.internal.disk.SimDisk;
import dev.xsc.sim.internal.net.SimNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A world in which one seed decides everything that the code under test does not: time, the order
 * in which threads run and operations complete, and what goes wrong. The same seed and the same
 * code give the same run, on any machine.
 *
 * <p>The code under test runs inside {@link #run}, on virtual threads of the simulation; threads
 * that it starts with {@code Thread.startVirtualThread}, or through an executor that makes virtual
 * threads, belong to the simulation, too. It opens rings and runtimes with the options of a {@link
 * SimHost}. Locks, joins, futures and queues work as they do elsewhere. What must not decide
 * anything: the system clock, random numbers without a seed, platform threads, and the order of a
 * hash table over objects without a hash code of their own.
 *
 * <p>Opened, run and closed by one thread; everything else is for the threads inside it.
 */
public final class Simulation implements AutoCloseable {
  private static final long EPOCH_SECONDS = 1_900_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final SimulationOptions options;
  private final Universe universe;
  private final World world;
  private final PagePool pages;
  private final SimNetwork network;
  private final @Nullable TraceLog log;
  private final Map<String, SimHost> hosts = new LinkedHashMap<>();
  private boolean closed;

  /** Code under test, or what checks it. */
  @FunctionalInterface
  public interface Body {
    /** Runs inside the simulation. */
    void run(Simulation simulation) throws Exception;
  }

  Simulation(SimulationOptions options, Choices choices, PagePool pages) {
    this.options = options;
    this.pages = pages;
    universe =
        new Universe(
            choices,
            options.faults,
            options.tracing,
            options.checking,
            options.origins,
            options.threads,
            options.outsiders,
            options.maxSteps);
    world = universe.world();
    log = universe.log();
    network = new SimNetwork(world.timeline(), world.faults(), world.tracer());
    if (options.calmAfter != Long.MAX_VALUE) {
      world.timeline().schedule(options.calmAfter, this::calm);
      world.timeline().schedule(options.endWithin, this::tooLate);
    }
  }

  /**
   * Makes a world.
   *
   * @throws IllegalStateException if the JVM lacks the flag that threads of its own need, saying
   *     which; {@link SimulationOptions#singleThreaded()} does without
   */
  public static Simulation open(SimulationOptions options) {
    return new Simulation(options, new SeededChoices(options.seed), new PagePool());
  }

  /** Whether this JVM can run simulations with threads; if not, what to do, else an empty text. */
  public static String refusal() {
    return Universe.refusal();
  }

  /** The seed. */
  public long seed() {
    return options.seed;
  }

  /** What goes wrong now, and how often. */
  public FaultPlan faults() {
    return world.faults().plan();
  }

  // ---- running

  /**
   * Runs code inside the simulation until it has ended. What it throws is thrown here; so is
   * whatever else is found to be wrong: a deadlock, an exception that a thread did not catch,
   * misuse of memory in flight. Other threads stay where they are until the next run, or for good.
   */
  public void run(Body body) throws Exception {
    call(() -> {
      body.run(this);
      return true;
    });
  }

  /** {@link #run} of something with a value. */
  public <T> T call(Callable<T> body) throws Exception {
    if (closed) {
      throw new IllegalStateException("the simulation is closed");
    }
    if (!options.threads) {
      T value = body.call();
      throwFailure();
      return value;
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    startThread(
        "main",
        null,
        () -> {
          try {
            result.complete(body.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    universe.drive(() -> result.isDone() || world.failure() != null);
    throwFailure();
    try {
      return result.join();
    } catch (CompletionException e) {
      throw rethrow(e.getCause());
    }
  }

  private void throwFailure() throws Exception {
    Throwable failure = world.failure();
    if (failure != null) {
      throw rethrow(failure);
    }
  }

  /** Throws what it is, wrapped only if it is neither an exception nor an error. */
  static Exception rethrow(@Nullable Throwable what) {
    if (what instanceof Exception exception) {
      return exception;
    }
    throw what instanceof Error error
        ? error
        : new AssertionError("failed without an exception", what);
  }

  void startThread(String name, @Nullable Object node, Runnable body) {
    universe.start(name, node, body);
  }

  @SuppressWarnings("ReferenceEquality") // a node is its identity
  boolean runsOn(Object node) {
    return universe.currentNode() == node;
  }

  /** The caller's host has lost power. */
  void stopCaller() {
    universe.stopCaller();
  }

  World world() {
    return world;
  }

  Universe universe() {
    return universe;
  }

  // ---- inside

  /** The host of this name, made when it is first asked for. */
  public SimHost host(String name) {
    SimHost known = hosts.get(name);
    if (known == null) {
      SimDisk disk = new SimDisk(world.timeline(), world.faults(), options.disk, pages);
      known = new SimHost(this, name, disk, network.addHost(name, disk, address(hosts.size())));
      hosts.put(name, known);
    }
    return known;
  }

  /** 10.0.0.1, 10.0.0.2 and so on. */
  private static InetAddress address(int index) {
    int number = index + 1;
    byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  /** All hosts, in the order in which they were made. */
  public List<SimHost> hosts() {
    return List.copyOf(hosts.values());
  }

  /** Cuts two hosts off from each other, until {@link #heal()}. */
  public void partition(SimHost one, SimHost other) {
    note("world", "partition of " + one + " and " + other);
    network.partition(one.attached(), other.attached());
  }

  /** Loses everything that one host sends to another, until {@link #heal()}. */
  public void cut(SimHost from, SimHost to) {
    note("world", "cut from " + from + " to " + to);
    network.link(from.attached(), to.attached()).cut();
  }

  /** Ends all partitions. */
  public void heal() {
    note("world", "heal");
    network.heal();
  }

  /** Virtual nanoseconds since the start. */
  public long nanoTime() {
    return world.timeline().now();
  }

  /** A clock that shows virtual time as a date. */
  public InstantSource clock() {
    return () ->
        Instant.ofEpochSecond(
            EPOCH_SECONDS + nanoTime() / NANOS_PER_SECOND, nanoTime() % NANOS_PER_SECOND);
  }

  /** Waits in virtual time. An interrupt stays pending and does not end the wait. */
  public void sleep(Duration time) {
    long end = Math.addExact(nanoTime(), time.toNanos());
    boolean interrupted = false;
    while (nanoTime() < end) {
      universe.park(this, end);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One of {@code n} things, 0 to n − 1, as the seed decides: for choices of the test itself, such
   * as what to do next. 0 is what shrinking tries first.
   *
   * @param n 1 or more
   */
  public int choose(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("a choice of " + n + " things: must be 1 or more");
    }
    return world.choices().pick(Choice.TEST, n);
  }

  /**
   * Whether something is to happen, as the seed decides.
   *
   * @param probability 0 to 1
   */
  public boolean happens(double probability) {
    return world.choices().happens(Choice.TEST, probability);
  }

  /** Writes a line to the trace, if there is one. */
  public void note(String where, String what) {
    if (world.tracer().on()) {
      world.tracer().note(where, what);
    }
  }

  /**
   * Ends all faults for good: nothing new goes wrong, partitions heal, and operations that a fault
   * has kept from ending go on.
   */
  public void calm() {
    note("world", "calm");
    world.faults().stop();
    network.heal();
    hosts.values().forEach(host -> host.node().letStuckGo());
  }

  /**
   * Ends all faults, and waits until no operation is in flight on any host.
   *
   * @throws AssertionError if something still is after this much virtual time
   */
  public void settle(Duration within) {
    calm();
    long end = Math.addExact(nanoTime(), within.toNanos());
    while (inFlight() > 0 && nanoTime() < end) {
      sleep(Duration.ofNanos(Math.max(1, within.toNanos() / 1000)));
    }
    if (inFlight() > 0) {
      throw new AssertionError(unfinished("within " + within + " of the last fault"));
    }
  }

  private int inFlight() {
    int sum = 0;
    for (SimHost host : hosts.values()) {
      sum += host.node().inFlight();
    }
    return sum;
  }

  private void tooLate() {
    world.fail(
        new AssertionError(
            unfinished("within " + Duration.ofNanos(options.endWithin - options.calmAfter))
                + "\n"
                + universe.stacks()));
  }

  private String unfinished(String when) {
    StringBuilder text = new StringBuilder("not everything has ended ").append(when);
    for (SimHost host : hosts.values()) {
      text.append("; ")
          .append(host.name())
          .append(": ")
          .append(host.node().inFlight())
          .append(" operations in flight");
    }
    return text.toString();
  }

  /**
   * Runs something on a host, cuts the host's power at a moment that the seed decides, and runs a
   * check on what is left. When the first part ends before, the power is cut then.
   *
   * @param within latest time of the power cut
   * @param work what may be cut short; a failure of its own is thrown
   * @param check what must hold afterwards, such as recovery
   */
  public void crash(SimHost host, Duration within, Body work, Body check) throws Exception {
    long time = nanoTime() + world.choices().between(Choice.CRASH_TIME, 0, within.toNanos());
    CompletableFuture<Boolean> end =
        host.start(
            host.name() + "-work",
            () -> {
              work.run(this);
              return true;
            });
    Thread waiter = Thread.currentThread();
    CompletableFuture<Boolean> told = end.whenComplete((_, _) -> LockSupport.unpark(waiter));
    while (!told.isDone() && nanoTime() < time) {
      universe.park(this, time);
    }
    if (end.isCompletedExceptionally()) {
      throw rethrow(end.exceptionNow());
    }
    host.powerCut();
    host.run(check);
  }

  // ---- afterwards

  /**
   * What has happened so far.
   *
   * @throws IllegalStateException unless the options said {@link SimulationOptions#traced()}
   */
  public Trace trace() {
    if (log == null) {
      throw new IllegalStateException("no trace was kept: open with SimulationOptions.traced()");
    }
    return new Trace(log);
  }

  /** Ends all threads where they are, and gives back what the world consists of. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      universe.end();
      hosts.values().forEach(SimHost::discard);
      // Whoever was told that a host is gone may have begun something.
      universe.end();
    }
  }
}
