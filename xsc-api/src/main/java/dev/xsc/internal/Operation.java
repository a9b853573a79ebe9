// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.CancelOutcome;
import dev.xsc.RingFuture;
import dev.xsc.ring.CompletionHandler;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.AsynchronousCloseException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way through an event loop, and the future that its caller holds: a single
 * object, so that an operation costs a single allocation.
 *
 * <p>Life: made and {@link #begin() begun} by the caller's thread; {@link #fill filled} in,
 * possibly {@link #again again}, and ended on the loop's thread; {@link #settle settled} and
 * delivered on the caller's thread if that waits in {@link #awaitResult()}, else by the loop's
 * callback executor. Each step happens before the next, through the queue in, and through {@link
 * #done} out.
 */
public abstract non-sealed class Operation<T extends @Nullable Object> extends RingFuture<T>
    implements Runnable {
  /** How often a waiting thread looks before it parks: about as long as parking takes. */
  private static final int LOOKS = 256;

  private static final VarHandle CANCEL_REQUESTED;
  private static final VarHandle OUTCOME;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      CANCEL_REQUESTED = lookup.findVarHandle(Operation.class, "cancelRequested", boolean.class);
      OUTCOME = lookup.findVarHandle(Operation.class, "outcome", CompletableFuture.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final EventLoop loop;
  final Op op;
  final @Nullable Handle handle;

  // Loop thread only.
  int slot = -1;
  int completionsDue;
  boolean timedOut;
  boolean closedUnder;
  boolean paused;
  @Nullable Operation<?> previous;
  @Nullable Operation<?> next;

  /** Nanoseconds after which the kernel ends the operation; 0 for never. Set before submission. */
  long timeoutNanos;

  /** JFR event begun at submission, if anybody records. */
  @Nullable OperationEvent event;

  /** A defect that ended the operation: not an error of the kernel. Set before {@link #end}. */
  @Nullable Throwable fault;

  /** The terminal completion's result, while the one of a linked time-out is still to come. */
  private int terminalResult;

  private boolean lost;
  private int result;
  private volatile boolean done;
  private volatile boolean cancelRequested;
  private volatile @Nullable CompletableFuture<CancelOutcome> outcome;
  private @Nullable Thread waiter;

  /** Never handed to the loop: the future has failed at once. */
  private volatile boolean refused;

  Operation(EventLoop loop, Op op, @Nullable Handle handle) {
    this.loop = loop;
    this.op = op;
    this.handle = handle;
  }

  // ---- what a kind of operation defines

  /** Calling thread, before anything else: takes the memory on loan. */
  void begin() throws IOException {}

  /** Loop thread: writes the entry. */
  abstract void fill(Sqe sqe);

  /** Loop thread: whether the operation goes on with another entry after this result. */
  boolean again(int res) {
    return res == -Errno.EINTR;
  }

  /** Loop thread: whether to wait for {@link EventLoop#resume} before going on. */
  boolean pauses() {
    return false;
  }

  /**
   * Loop thread, once, after the last completion: gives back what belongs to the loop. Not called
   * if the loop has failed.
   */
  void release() {}

  /**
   * Instead of {@link #release()} after the loop's failure: leaves descriptors of other loops, and
   * touches nothing that the kernel may have.
   */
  void abandon() {}

  /** Loop thread: a completion of a multishot operation that is not its last. */
  void more(int res, int flags) {
    throw new IllegalStateException(op + " completed with MORE: it is not multishot");
  }

  /**
   * Delivering thread, once: gives the memory back.
   *
   * @param res result, or negated errno
   */
  void settle(int res) {}

  /** Delivering thread: the caller's value for a result of 0 or more. */
  abstract T value(int res) throws IOException;

  /** The path, address or descriptor for messages. */
  String target() {
    return handle == null ? op.name() : handle.toString();
  }

  // ---- calling thread

  /** Submits, and returns this future. A submission that is refused is a failure of the future. */
  public final RingFuture<T> submit() {
    try {
      loop.submit(this);
    } catch (IOException | IllegalStateException e) {
      refuse(e);
    }
    return this;
  }

  /** Fails the future without any submission. */
  final void refuse(Exception cause) {
    refused = true;
    completeExceptionally(cause);
  }

  /** Submits, and waits for the result without pinning; an interrupt asks for cancellation. */
  public final T awaitValue() throws IOException {
    return value(awaitResult());
  }

  /** {@link #awaitValue()}, for operations whose value is their result: 0 or more. */
  public final int awaitResult() throws IOException {
    loop.requireOtherThread(op);
    waitHere();
    loop.submit(this);
    boolean interrupted = false;
    look();
    while (!done) {
      loop.environment().park(this);
      if (Thread.interrupted() && !interrupted) {
        interrupted = true;
        requestCancel();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!lost) {
      settle(result);
    }
    if (result < 0) {
      throw interrupted && wasStopped() ? interruption() : failure();
    }
    return result;
  }

  /**
   * Looks for the end for a moment before parking, if this is all that the loop is doing: what the
   * page cache or a socket's buffer has is there sooner than a parked thread.
   */
  private void look() {
    if (loop.processors() > 1 && loop.operations() <= 1) {
      for (int i = 0; i < LOOKS && !done; i++) {
        Thread.onSpinWait();
      }
    }
  }

  /**
   * From now on the calling thread is the one to be woken, instead of the callback executor being
   * run.
   */
  final void waitHere() {
    waiter = Thread.currentThread();
  }

  /**
   * Waits for the end whatever happens, for what cannot be cancelled, and completes the future,
   * which others may hold.
   */
  final void awaitEnd() throws IOException {
    boolean interrupted = false;
    while (!done) {
      loop.environment().park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    run();
    if (result < 0) {
      throw failure();
    }
  }

  @Override
  public final CompletableFuture<CancelOutcome> cancelOperation() {
    OUTCOME.compareAndSet(this, null, new CompletableFuture<CancelOutcome>());
    CompletableFuture<CancelOutcome> asked = Objects.requireNonNull(outcome);
    requestCancel();
    if (refused || (done && isDone())) {
      asked.complete(outcomeNow());
    }
    return asked;
  }

  @Override
  public final T await() throws IOException {
    if (!isDone()) {
      loop.requireOtherThread(op);
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return get();
        } catch (InterruptedException e) {
          interrupted = true;
          requestCancel();
        }
      }
    } catch (CancellationException e) {
      if (interrupted) {
        throw interruption();
      }
      throw e;
    } catch (ExecutionException e) {
      throw rethrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What a future failed with, to be thrown by whoever waited for it. */
  static IOException rethrown(ExecutionException failure) {
    return switch (failure.getCause()) {
      case null -> new IOException(failure);
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> new IOException(e);
    };
  }

  private void requestCancel() {
    if (CANCEL_REQUESTED.compareAndSet(this, false, true)) {
      loop.cancel(this);
    }
  }

  // ---- loop thread

  final boolean cancelRequested() {
    return cancelRequested;
  }

  /** Whether a thread waits for it, instead of a callback. */
  final boolean isAwaited() {
    return waiter != null;
  }

  /** The terminal completion has come: hands the result to whoever waits for it. */
  final void end(int res) {
    result = res;
    Thread waiting = waiter;
    // Volatile store: publishes the result; pairs with its loads in awaitResult().
    done = true;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    } else {
      loop.deliver(this);
    }
  }

  /** Loop thread: the terminal completion. */
  void terminal(int res, int flags) {
    terminalResult = res;
  }

  final int terminalResult() {
    return terminalResult;
  }

  /**
   * After the loop's failure, on the thread that notices: fails the operation without giving its
   * memory back, since the kernel may have it.
   */
  final void lose(Throwable cause) {
    lost = true;
    fault = cause;
    abandon();
    end(-Errno.EIO);
  }

  // ---- delivering thread

  /** Completes the future; run by the callback executor. */
  @Override
  public final void run() {
    try {
      if (!lost) {
        settle(result);
      }
      if (result >= 0) {
        complete(value(result));
      } else if (cancelRequested && wasStopped()) {
        completeExceptionally(new CancellationException(op + " on " + target() + " was cancelled"));
      } else {
        completeExceptionally(failure());
      }
    } catch (IOException | RuntimeException | Error e) {
      completeExceptionally(e);
    }
    CompletableFuture<CancelOutcome> asked = outcome;
    if (asked != null) {
      asked.complete(outcomeNow());
    }
  }

  private CancelOutcome outcomeNow() {
    return switch (result) {
      case -Errno.ECANCELED -> CancelOutcome.CANCELLED;
      case -Errno.EINTR -> CancelOutcome.UNKNOWN;
      default -> CancelOutcome.COMPLETED;
    };
  }

  private boolean wasStopped() {
    return result == -Errno.ECANCELED || result == -Errno.EINTR;
  }

  private IOException failure() {
    Throwable defect = fault;
    if (defect != null) {
      return new IOException(op + " on " + target() + " failed: " + defect.getMessage(), defect);
    }
    if (wasStopped()) {
      if (timedOut) {
        return Failures.timedOut(op, target());
      }
      if (closedUnder) {
        return new AsynchronousCloseException();
      }
    }
    return failure(-result);
  }

  /** Delivering thread: the exception for a positive error number. */
  IOException failure(int errno) {
    return Failures.of(errno, op, target());
  }

  private IOException interruption() {
    return new InterruptedIOException(
        op + " on " + target() + " was cancelled by an interrupt of the waiting thread");
  }

  /** Whether a completion has others of the same submission after it. */
  static boolean hasMore(int flags) {
    return (flags & CompletionHandler.MORE) != 0;
  }
}
