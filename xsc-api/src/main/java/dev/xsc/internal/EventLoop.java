// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.XscStats;
import dev.xsc.ring.Capabilities;
import dev.xsc.ring.CompletionHandler;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Support;
import dev.xsc.ring.Timespec;
import dev.xsc.spi.Environment;
import dev.xsc.spi.KernelException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A thread with a ring: takes operations from other threads, keeps them in flight, and ends them.
 *
 * <p>Other threads reach it through an {@link Intake}; what they may call themselves stands first.
 */
public final class EventLoop implements CompletionHandler {
  private static final Logger LOG = System.getLogger("dev.xsc");

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /** Keeps memory that a kernel may still have after its loop failed. */
  private static final Queue<InFlight> LOST = new ConcurrentLinkedQueue<>();

  /** User data of cancels, whose own completions say nothing that their targets' do not. */
  private static final long IGNORED = 1L << 48;

  /** Limits and choices of a loop. */
  public record Settings(
      RingOptions ring,
      int maxOperations,
      boolean waitForRoom,
      Executor callbacks,
      boolean callbacksOnLoop) {}

  private final Settings settings;
  private final Intake intake;
  private final OpenHandles handles = new OpenHandles();

  /** Wake-ups written, and calls made besides the ring. */
  private final LongAdder wakes = new LongAdder();

  private final LongAdder calls = new LongAdder();

  /** How many have something to be ended by {@link #buryLate}; 0 while nobody is at it. */
  private final AtomicInteger burials = new AtomicInteger();

  private final CompletableFuture<Ring> started = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final Thread thread;

  // Loop thread only.
  private final InFlight inFlight = new InFlight();
  private final Queue<Operation<?>> goingOn = new ArrayDeque<>();
  private Ring ring;
  private MemorySegment timespecs;
  private int timespecIndex;
  private TransferBuffers transferBuffers;
  private BufferGroups bufferGroups;

  /** Operations that the library does with a call of its own. */
  private final Set<Op> emulated = EnumSet.noneOf(Op.class);

  private final Lull lull;

  /** Entries filled for operations; others read it with whatever delay the machine has. */
  private long submitted;

  /** Operations that the kernel is to be asked to cancel. */
  private final Queue<Operation<?>> toCancel = new ArrayDeque<>();

  /** Starts the loop's thread and waits until its ring is open. */
  public static EventLoop start(String name, Settings settings) throws IOException {
    EventLoop loop = new EventLoop(name, settings);
    try {
      loop.started.get();
      return loop;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new KernelException(0, "event loop did not start: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      loop.close();
      throw new InterruptedIOException("interrupted while opening a ring");
    }
  }

  @SuppressWarnings({
    "NullAway",
    "this-escape"
  }) // ring and timespecs are set first thing on the loop's thread
  private EventLoop(String name, Settings settings) {
    this.settings = settings;
    lull = new Lull(processors());
    intake = new Intake(settings.maxOperations(), settings.waitForRoom(), this::wakeRing);
    thread = environment().startLoop(name, this::run);
  }

  // ---- any thread

  /** Clock, threads and timed waits. */
  public Environment environment() {
    return settings.ring().environment();
  }

  /** The loop's ring; only what any thread may call on it. */
  public Ring ring() {
    return started.join();
  }

  /** Processors that may bring work while this thread looks for it; 1 in a simulation. */
  int processors() {
    return environment().equals(Environment.system()) ? PROCESSORS : 1;
  }

  /** Runs what callers have asked for where they want it. Loop thread, or one that has lost it. */
  void deliver(Runnable task) {
    if (intake.failure() != null) {
      environment().startTask(task);
    } else if (settings.callbacksOnLoop()) {
      runHere(task);
    } else {
      try {
        settings.callbacks().execute(task);
      } catch (RejectedExecutionException | OutOfMemoryError e) {
        // The caller's executor is shut down, or can't start a thread; the outcome and the memory
        // must come back all the same.
        environment().startTask(task);
      }
    }
  }

  /** A callback's exception ends the callback, as in any executor, not the loop. */
  private static void runHere(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      Thread here = Thread.currentThread();
      here.getUncaughtExceptionHandler().uncaughtException(here, e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // a thread is its identity
  private boolean isLoopThread() {
    return Thread.currentThread() == thread;
  }

  void requireOtherThread(Op op) {
    if (isLoopThread()) {
      throw new IllegalStateException(
          "blocking "
              + op
              + " on the event loop would never return: use the Async form, or callbacks off the"
              + " loop");
    }
  }

  /**
   * Hands an operation over; its caller waits for room, or is refused, as the settings say.
   *
   * @throws ClosedChannelException if its descriptor is closed
   * @throws IOException if there is no room, or the loop is closed
   */
  void submit(Operation<?> operation) throws IOException {
    intake.takePermit(operation, !isLoopThread());
    Handle handle = operation.handle;
    if (handle != null && !handle.enter()) {
      intake.givePermit();
      throw new ClosedChannelException();
    }
    try {
      operation.begin();
    } catch (IOException | RuntimeException e) {
      if (handle != null) {
        handle.leave();
      }
      intake.givePermit();
      throw e;
    }
    operation.event = OperationEvent.start();
    if (isLoopThread()) {
      goingOn.add(operation);
      return;
    }
    intake.put(operation);
    buryIfFailed();
  }

  /** Asks for an operation in flight or on its way to be cancelled. */
  void cancel(Operation<?> operation) {
    tell(() -> toCancel.add(operation));
  }

  /** Asks for all operations on a descriptor to be cancelled. */
  void cancelAll(Handle handle) {
    tell(() -> cancelAllNow(handle));
  }

  /** The last user of a closed descriptor has gone: closes it. */
  void descriptorUnused(Handle handle) {
    tell(() -> {
      goingOn.add(handle.closing());
      handles.remove(handle);
    });
  }

  /**
   * Notes an open descriptor, so that closing the loop closes it.
   *
   * @return false if the loop has ended: the descriptor must be closed directly
   */
  boolean opened(Handle handle) {
    if (!handles.add(handle)) {
      return false;
    }
    if (intake.isClosing()) {
      tell(handles::closeAll);
    }
    return true;
  }

  private void tell(Runnable message) {
    intake.tell(message);
    buryIfFailed();
  }

  private void buryIfFailed() {
    Throwable cause = intake.failure();
    if (cause != null) {
      buryLate(cause);
    }
  }

  private void wakeRing() {
    wakes.increment();
    ring().wakeup();
  }

  /** A descriptor of an operation is being closed: ends the operation too. */
  void closeUnder(Operation<?> operation) {
    tell(() -> closeUnderNow(operation));
  }

  /** Counts a system call that was made on behalf of the loop's descriptors, not through a ring. */
  void countCall() {
    calls.increment();
  }

  /** Operations queued or in flight, as far as the asking thread sees. */
  public int operations() {
    return intake.taken();
  }

  /** Counters, as far as the asking thread sees. */
  public XscStats.Loop stats() {
    return new XscStats.Loop(operations(), submitted, wakes.sum(), calls.sum(), ring().stats());
  }

  /**
   * Refuses new operations, cancels those under way, closes all descriptors, and ends the thread.
   */
  public void close() {
    intake.close();
    tell(() -> {
      cancelEverything();
      handles.closeAll();
    });
    if (!isLoopThread()) {
      stopped.join();
    }
  }

  // ---- loop thread

  private void run() {
    Arena arena = environment().newArena();
    try {
      ring = Ring.open(settings.ring());
      timespecs = arena.allocate((long) Timespec.SIZE * settings.ring().entries(), 8);
      transferBuffers = new TransferBuffers(arena);
      bufferGroups = new BufferGroups(ring);
      noteEmulated(ring.capabilities());
      started.complete(ring);
      serve();
      ring.close();
      // Not if the loop has failed meanwhile: then the kernel may have some of it.
      arena.close();
    } catch (IOException | RuntimeException | Error e) {
      if (started.completeExceptionally(e)) {
        arena.close();
      } else {
        die(e);
      }
    } finally {
      stopped.complete(null);
    }
  }

  private void noteEmulated(Capabilities capabilities) {
    for (Op op : Op.values()) {
      if (capabilities.support(op) == Support.EMULATED) {
        emulated.add(op);
      }
    }
  }

  private void serve() {
    while (true) {
      takeWork();
      if (intake.isClosing() && isQuiet() && handles.endIfEmpty()) {
        return;
      }
      while (!hasWork() && lull.looksOn()) {
        Thread.onSpinWait();
        takeWork();
      }
      enter();
      ring.reap(this);
    }
  }

  private void takeWork() {
    intake.runMessages();
    takeCancels();
    takeGoingOn();
    takeInbox();
  }

  /** Submits what is filled, and waits for a completion or a wake-up unless there is work. */
  private void enter() {
    lull.entered();
    intake.prepareToSleep();
    // Whatever is announced from here on wakes the ring; whatever came before is seen here.
    if (!hasWork() && !(intake.isClosing() && isQuiet())) {
      ring.submitAndWait(1);
      intake.awake();
    } else {
      intake.awake();
      ring.submitAndWait(0);
    }
  }

  private boolean hasWork() {
    return !(intake.isEmpty() && goingOn.isEmpty() && toCancel.isEmpty());
  }

  private boolean isQuiet() {
    return inFlight.size() == 0 && !hasWork() && intake.taken() == 0;
  }

  private void takeCancels() {
    while (!toCancel.isEmpty() && ring.room() > 0) {
      Operation<?> operation = toCancel.remove();
      if (operation.paused) {
        // The kernel has nothing of it that could be cancelled.
        operation.paused = false;
        end(operation, -Errno.ECANCELED);
      } else if (operation.slot >= 0) {
        next().cancel(inFlight.userData(operation)).userData(IGNORED);
      }
    }
  }

  private void takeGoingOn() {
    Operation<?> operation;
    while ((operation = goingOn.peek()) != null && hasRoom(operation)) {
      goingOn.remove();
      start(operation);
    }
  }

  private void takeInbox() {
    Operation<?> operation;
    while (goingOn.isEmpty() && (operation = intake.peek()) != null && hasRoom(operation)) {
      var _ = intake.poll();
      lull.came();
      start(operation);
    }
  }

  private Sqe next() {
    submitted++;
    return ring.next();
  }

  private boolean hasRoom(Operation<?> operation) {
    return ring.room() >= (operation.timeoutNanos > 0 ? 2 : 1);
  }

  /**
   * Puts an operation on the ring, unless it has been cancelled or its descriptor closed on the
   * way.
   */
  private void start(Operation<?> operation) {
    Handle handle = operation.handle;
    if (operation.cancelRequested()) {
      end(operation, -Errno.ECANCELED);
      return;
    }
    boolean closed =
        handle == null ? intake.isClosing() && operation.op != Op.CLOSE : handle.isClosed();
    if (closed || operation.closedUnder) {
      operation.closedUnder = true;
      end(operation, -Errno.ECANCELED);
      return;
    }
    if (emulated.contains(operation.op)) {
      calls.increment();
    }
    Sqe sqe = next();
    try {
      operation.fill(sqe);
    } catch (RuntimeException e) {
      sqe.nop().userData(IGNORED);
      operation.fault = e instanceof UncheckedIOException io ? io.getCause() : e;
      end(operation, -Errno.EINVAL);
      return;
    }
    if (operation.slot < 0) {
      inFlight.add(operation);
      if (handle != null) {
        handle.link(operation);
      }
    }
    long userData = inFlight.userData(operation);
    sqe.userData(userData);
    operation.completionsDue = 1;
    if (operation.timeoutNanos > 0) {
      sqe.link();
      next()
          .linkTimeout(timespec(operation.timeoutNanos), false)
          .userData(userData | InFlight.TIMEOUT_PART);
      operation.completionsDue = 2;
    }
  }

  /**
   * A time span for an entry that is about to be submitted. The kernel reads it when it takes the
   * entry, and there are as many of these as entries, so none is overwritten too early.
   */
  public MemorySegment timespec(long nanos) {
    timespecIndex = timespecIndex + 1 & settings.ring().entries() - 1;
    return Timespec.write(
        timespecs.asSlice((long) timespecIndex * Timespec.SIZE, Timespec.SIZE), nanos);
  }

  @Override
  public void onCompletion(long userData, int result, int flags) {
    if (userData == IGNORED) {
      return;
    }
    Operation<?> operation = inFlight.get(userData);
    if ((userData & InFlight.TIMEOUT_PART) != 0) {
      operation.timedOut = result == -Errno.ETIME;
    } else if (Operation.hasMore(flags)) {
      operation.more(result, flags);
      return;
    } else {
      operation.terminal(result, flags);
    }
    if (--operation.completionsDue > 0) {
      return;
    }
    int res = operation.terminalResult();
    if (operation.again(res)) {
      if (!operation.cancelRequested() && !operation.timedOut && !operation.closedUnder) {
        goOn(operation);
        return;
      }
      // What is left of it will not be done.
      res = Math.min(res, -Errno.ECANCELED);
    }
    end(operation, res);
  }

  private void goOn(Operation<?> operation) {
    operation.paused = operation.pauses();
    if (!operation.paused) {
      goingOn.add(operation);
    }
  }

  /** Goes on with an operation that has paused, if it still waits for that. Any thread. */
  void resume(Operation<?> operation) {
    tell(() -> {
      if (operation.paused) {
        goOn(operation);
      }
    });
  }

  /** Groups of receive buffers. Loop thread. */
  BufferGroups bufferGroups() {
    return bufferGroups;
  }

  /** Buffers for moving files to sockets. Loop thread. */
  TransferBuffers transferBuffers() {
    return transferBuffers;
  }

  /** Gives back everything that the operation holds here, and hands its result on. */
  private void end(Operation<?> operation, int result) {
    Handle handle = operation.handle;
    if (operation.slot >= 0) {
      inFlight.remove(operation);
      if (handle != null) {
        handle.unlink(operation);
      }
    }
    operation.release();
    if (operation.event != null) {
      operation.event.finish(operation, result);
    }
    if (operation.cancelRequested()) {
      CancelEvent.report(operation, result);
    }
    if (handle != null) {
      handle.leave();
    }
    if (operation.op != Op.CLOSE) {
      intake.givePermit();
    }
    if (!settings.callbacksOnLoop() || operation.isAwaited()) {
      lull.ended();
    }
    operation.end(result);
  }

  private void cancelAllNow(Handle handle) {
    for (Operation<?> operation = handle.first(); operation != null; operation = operation.next) {
      closeUnderNow(operation);
    }
  }

  private void closeUnderNow(Operation<?> operation) {
    operation.closedUnder = true;
    toCancel.add(operation);
  }

  private void cancelEverything() {
    for (int slot = 0; slot < inFlight.slots(); slot++) {
      Operation<?> operation = inFlight.at(slot);
      if (operation != null && operation.op != Op.CLOSE) {
        closeUnderNow(operation);
      }
    }
  }

  // ---- after a failure

  /**
   * The ring failed: nothing more can be learnt of what is in flight, and its memory stays with the
   * kernel.
   */
  private void die(Throwable cause) {
    LOG.log(
        Level.ERROR,
        "event loop " + thread.getName() + " failed; its operations have no outcome",
        cause);
    LOST.add(inFlight);
    intake.fail(cause);
    handles.end();
    for (int slot = 0; slot < inFlight.slots(); slot++) {
      Operation<?> operation = inFlight.at(slot);
      if (operation != null) {
        lose(operation, cause);
      }
    }
    buryLate(cause);
    handles.closeAll();
  }

  /**
   * Ends what a failed loop takes no more. Any thread that has put something in, and the loop's.
   * One of them does it for all, and goes round again for those who come meanwhile: nobody waits
   * here, so that it does not matter which locks a caller holds.
   */
  private void buryLate(Throwable cause) {
    if (burials.getAndIncrement() != 0) {
      return;
    }
    int seen;
    do {
      seen = burials.get();
      bury(cause);
    } while (burials.addAndGet(-seen) != 0);
  }

  private void bury(Throwable cause) {
    intake.runMessages();
    toCancel.clear();
    Operation<?> operation;
    while ((operation = intake.poll()) != null) {
      lose(operation, cause);
    }
    while ((operation = goingOn.poll()) != null) {
      if (operation instanceof CloseOperation close) {
        close.end(ring.calls().close(close.fd()));
      } else if (operation.slot < 0) {
        lose(operation, cause);
      }
    }
  }

  private static void lose(Operation<?> operation, Throwable cause) {
    if (operation.handle != null) {
      operation.handle.leave();
    }
    operation.lose(cause);
  }
}
