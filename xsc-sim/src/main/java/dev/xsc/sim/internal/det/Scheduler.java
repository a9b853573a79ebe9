// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the virtual threads of one simulation, one at a time, on whichever platform thread calls
 * {@link #drive}. Which of those that can run does next is decided by {@link Choices}; time moves
 * only when none can.
 *
 * <p>It is a pool only because a virtual thread asks a pool for its timed parks, too, and any other
 * executor would have them from a real clock. No worker of the pool is ever started.
 */
@SuppressWarnings("ReferenceEquality") // a thread, or a host, is its identity
final class Scheduler extends ForkJoinPool {
  /** Steps without an event after which time moves on although threads can run: they spin. */
  private static final int PATIENCE = 20_000;

  private static final String UNBLOCKER = "VirtualThread-unblocker";
  private static final long OUTSIDE_PAUSE = 1_000_000;
  private static final int OUTSIDE_PAUSES = 5000;
  private static final int MONITOR_PAUSES = 500;

  private final Choices choices;
  private final Consumer<Throwable> failure;
  private final Timeline timeline;
  private final long maxSteps;
  private final boolean outsideAllowed;
  private final IdentityHashMap<Runnable, SimThread> threads = new IdentityHashMap<>();
  private final List<SimThread> ready = new ArrayList<>();

  /** Threads that wait for a monitor, or in one. */
  private final List<SimThread> monitors = new ArrayList<>();

  /** Whether a monitor may have become free since threads tried last. */
  private boolean retry;

  private boolean triedOnceMore;

  /** Pauses since something changed: see awaitMonitors. */
  private int monitorPauses;

  /** Made runnable by other threads of the JVM. */
  private final Queue<Runnable> outside = new ConcurrentLinkedQueue<>();

  /** May start threads while nobody drives. */
  private final Thread maker = Thread.currentThread();

  private volatile @Nullable Thread carrier;
  private @Nullable SimThread running;
  private @Nullable Object nextHost;
  private int started;
  private int idle;
  private long steps;
  private volatile @Nullable IllegalStateException trespass;

  /**
   * A scheduler with no threads.
   *
   * @param failure told of what threads do not catch
   * @param maxSteps after which the simulation counts as never ending
   * @param outsideAllowed whether other threads of the JVM may wake simulated ones, which ends
   *     determinism
   */
  Scheduler(
      Choices choices,
      Timeline timeline,
      Consumer<Throwable> failure,
      long maxSteps,
      boolean outsideAllowed) {
    super(1, defaultForkJoinWorkerThreadFactory, null, true, 0, 1, 0, null, 1, TimeUnit.SECONDS);
    this.choices = choices;
    this.failure = failure;
    this.timeline = timeline;
    this.maxSteps = maxSteps;
    this.outsideAllowed = outsideAllowed;
  }

  // ---- what simulated threads use

  /** Starts a thread on a host; null inherits that of the thread that calls. */
  Thread start(String name, @Nullable Object host, Runnable body) {
    Thread thread = VirtualThreads.make(this, name, body);
    nextHost = host;
    try {
      thread.start();
    } finally {
      nextHost = null;
    }
    return thread;
  }

  /** The host of the thread that runs now; null for the test itself. */
  @Nullable Object currentHost() {
    SimThread present = running;
    return present == null ? null : present.host;
  }

  /** Whether the calling thread is one of those that run here. */
  boolean runsCaller() {
    SimThread present = running;
    return present != null && present.thread == Thread.currentThread();
  }

  /** Name of the thread that runs now. */
  String currentName() {
    SimThread present = running;
    return present == null ? "-" : present.name();
  }

  /** Continuations run so far. */
  long steps() {
    return steps;
  }

  // ---- called by virtual threads' own code

  @Override
  public void execute(Runnable continuation) {
    if (inside()) {
      makeReady(continuation);
      return;
    }
    Thread caller = Thread.currentThread();
    if (caller.getName().equals(UNBLOCKER)) {
      // Too late, or too early: see tryMonitors.
      return;
    }
    outside.add(continuation);
    if (!outsideAllowed && trespass == null) {
      trespass =
          new IllegalStateException(
              "thread "
                  + caller.getName()
                  + ", which is not simulated, woke or started "
                  + VirtualThreads.threadOf(continuation)
                  + ": when it does so depends on the machine, so the run could not be repeated;"
                  + " start threads inside the simulation, and give executors to"
                  + " CompletableFuture's Async methods");
    }
    LockSupport.unpark(carrier);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    long nanos = unit.toNanos(delay);
    long now = timeline.now();
    SimThread thread = running;
    Alarm alarm = new Alarm(timeline, command);
    if (thread != null && thread.waits.goesOn(now, nanos)) {
      // Its wait is over, but it measures that by a clock that is not simulated.
      alarm.realNanos = nanos;
      timeline.schedule(now, alarm);
      return alarm;
    }
    alarm.ends = thread == null ? null : thread.waits;
    timeline.schedule(TimedWait.end(now, nanos), alarm);
    return alarm;
  }

  private boolean inside() {
    Thread caller = Thread.currentThread();
    SimThread present = running;
    Thread owner = carrier;
    return present != null
        ? caller == present.thread || caller == owner
        : caller == (owner == null ? maker : owner);
  }

  private void makeReady(Runnable continuation) {
    SimThread thread = threads.get(continuation);
    if (thread == null) {
      thread = adopt(continuation);
    }
    if (!thread.ready && !VirtualThreads.tries(thread.thread)) {
      thread.ready = true;
      ready.add(thread);
    }
  }

  private void uncaught(Thread thread, Throwable what) {
    failure.accept(
        new AssertionError("uncaught in simulated thread \"" + thread.getName() + "\"", what));
  }

  private SimThread adopt(Runnable continuation) {
    Thread thread = VirtualThreads.threadOf(continuation);
    if (thread == null) {
      throw new UnsupportedOperationException(
          "the simulator's scheduler runs virtual threads only, not " + continuation);
    }
    if (thread.getUncaughtExceptionHandler() == thread.getThreadGroup()) {
      thread.setUncaughtExceptionHandler(this::uncaught);
    }
    Object host = nextHost == null ? currentHost() : nextHost;
    SimThread adopted = new SimThread(thread, continuation, started++, host);
    threads.put(continuation, adopted);
    return adopted;
  }

  // ---- the carrier

  /** Runs threads until a condition holds, which is asked after each step. */
  void drive(BooleanSupplier done) {
    if (carrier != null) {
      throw new IllegalStateException(
          "the simulation is already being run by " + carrier + ": call run from outside it");
    }
    carrier = Thread.currentThread();
    int sinceEvent = 0;
    try {
      while (!done.getAsBoolean()) {
        if (outsideAllowed) {
          takeOutside();
        }
        if (retry) {
          tryMonitors();
        }
        boolean spins = sinceEvent > PATIENCE && timeline.next() != Long.MAX_VALUE;
        if (!ready.isEmpty() && !spins) {
          step();
          sinceEvent++;
        } else if (!spins && tryOnceMore()) {
          continue;
        } else if (timeline.advance()) {
          sinceEvent = 0;
          changed();
        } else if (!awaitOutside() && !awaitMonitors()) {
          throw new DeadlockError(deadlock());
        }
        checkGoodness();
      }
    } finally {
      carrier = null;
    }
  }

  private void step() {
    SimThread next = ready.remove(choices.pick(Choice.NEXT_THREAD, ready.size()));
    next.ready = false;
    boolean tried = next.tries;
    next.tries = false;
    running = next;
    idle = 0;
    steps++;
    try {
      next.continuation.run();
    } finally {
      running = null;
    }
    if (next.doomed) {
      VirtualThreads.end(next.thread);
      ready.remove(next);
    }
    if (VirtualThreads.ended(next.thread)) {
      threads.remove(next.continuation);
      changed();
    } else if (VirtualThreads.atMonitor(next.thread)) {
      if (!tried || !VirtualThreads.mayEnter(next.thread)) {
        changed();
      }
      if (!next.ready) {
        monitors.add(next);
      }
    } else {
      changed();
    }
  }

  private void checkGoodness() {
    IllegalStateException wrong = trespass;
    if (wrong != null) {
      throw wrong;
    }
    if (steps > maxSteps) {
      throw new DeadlockError(
          "no end after "
              + maxSteps
              + " steps of threads: a livelock, or raise the limit\n"
              + stacks());
    }
  }

  private void takeOutside() {
    for (Runnable woken = outside.poll(); woken != null; woken = outside.poll()) {
      makeReady(woken);
    }
  }

  /**
   * Lets the threads that wait for a monitor try to enter it, which does nothing if it is not free.
   * The JVM would wake one of them through a thread of its own, at a moment that depends on the
   * machine; trying after each step that may have freed a monitor does not.
   */
  private void tryMonitors() {
    retry = false;
    for (int i = 0; i < monitors.size(); ) {
      SimThread thread = monitors.get(i);
      if (VirtualThreads.mayEnter(thread.thread)) {
        monitors.remove(i);
        VirtualThreads.letTry(thread.thread);
        thread.tries = true;
        thread.ready = true;
        ready.add(thread);
      } else {
        i++;
      }
    }
  }

  /**
   * Nothing can run: whether it is worth having all threads try their monitors once more, because a
   * thread that got one and then waited for another looks as if nothing had changed.
   */
  private boolean tryOnceMore() {
    if (triedOnceMore || monitors.isEmpty()) {
      return false;
    }
    triedOnceMore = true;
    tryMonitors();
    return !ready.isEmpty();
  }

  private void changed() {
    retry = true;
    triedOnceMore = false;
    monitorPauses = 0;
  }

  /** Waits a moment for threads that are not simulated; false after a few seconds in vain. */
  private boolean awaitOutside() {
    if (!outsideAllowed || ++idle > OUTSIDE_PAUSES) {
      return false;
    }
    if (outside.isEmpty()) {
      LockSupport.parkNanos(this, OUTSIDE_PAUSE);
    }
    return true;
  }

  /**
   * Waits a moment for a monitor that a thread outside this simulation may have, such as another
   * simulation's that is loading a class; false after a few moments in vain.
   */
  private boolean awaitMonitors() {
    if (monitors.isEmpty() || ++monitorPauses > MONITOR_PAUSES) {
      return false;
    }
    LockSupport.parkNanos(this, OUTSIDE_PAUSE);
    retry = true;
    return true;
  }

  // ---- ending threads

  /**
   * Ends the threads of a host, or all if it is null, without another step of theirs; the one that
   * calls, at its next.
   */
  void end(@Nullable Object host) {
    if (host == null) {
      takeOutside();
    }
    for (SimThread thread : alive()) {
      if (host != null && thread.host != host) {
        continue;
      }
      if (thread == running) {
        thread.doomed = true;
      } else {
        VirtualThreads.end(thread.thread);
        threads.remove(thread.continuation);
        ready.remove(thread);
        monitors.remove(thread);
      }
    }
  }

  /** Threads that have not ended, in the order of starting. */
  private List<SimThread> alive() {
    List<SimThread> alive = new ArrayList<>(threads.values());
    alive.sort(Comparator.comparingInt(thread -> thread.number));
    return Collections.unmodifiableList(alive);
  }

  private String deadlock() {
    return "deadlock at "
        + timeline.now()
        + " ns: no thread can run, and nothing is planned that could change that\n"
        + stacks();
  }

  /** All threads with their stacks. */
  String stacks() {
    StringBuilder text = new StringBuilder();
    for (SimThread thread : alive()) {
      text.append('"').append(thread.name()).append("\" ").append(thread.thread.getState());
      if (thread.host != null) {
        text.append(" on ").append(thread.host);
      }
      text.append('\n');
      for (StackTraceElement frame : thread.thread.getStackTrace()) {
        text.append("    at ").append(frame).append('\n');
      }
    }
    return text.toString();
  }

  /** A timed park, or a task of another kind, at its virtual time. */
  private static final class Alarm extends Timeline.Event implements ScheduledFuture<Object> {
    private final Timeline timeline;
    private final Runnable command;
    private @Nullable TimedWait ends;
    private long realNanos;
    private boolean cancelled;

    Alarm(Timeline timeline, Runnable command) {
      this.timeline = timeline;
      this.command = command;
    }

    @Override
    protected void happen() {
      TimedWait wait = ends;
      if (wait != null) {
        wait.ended(timeline.now());
      }
      TimedWait.spend(realNanos);
      command.run();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      cancelled = timeline.cancel(this);
      return cancelled;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public boolean isDone() {
      return !planned();
    }

    @Override
    public Object get() {
      throw new UnsupportedOperationException("only its being cancelled is supported");
    }

    @Override
    public Object get(long timeout, TimeUnit unit) {
      return get();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at() - timeline.now(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public <T> ScheduledFuture<T> schedule(Callable<T> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("virtual threads schedule runnables only");
  }
}
