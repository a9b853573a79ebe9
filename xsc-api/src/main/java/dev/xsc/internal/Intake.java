// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The way from other threads into an event loop: operations, as many as there are permits, and
 * messages, which need none. Whatever comes in wakes the loop if it sleeps.
 *
 * <p>An operation takes a permit before it is put in and gives it back when it has ended, so
 * neither the queue nor the table of operations in flight outgrows the limit. Messages (to cancel,
 * to close) must get through when everything else waits; there is at most one of each per operation
 * and descriptor.
 */
final class Intake {
  private final int limit;
  private final boolean waitForRoom;
  private final Runnable wake;
  private final Semaphore permits;
  private final Queue<Operation<?>> operations;
  private final Queue<Runnable> messages = new MpscUnboundedVarHandleArrayQueue<>(256);
  private final Doorbell doorbell = new Doorbell();
  private volatile boolean closing;

  /** What ended the loop before its time; set once. */
  private volatile @Nullable Throwable failure;

  /**
   * An empty one.
   *
   * @param limit permits, at least 4
   * @param waitForRoom whether threads wait for a permit; else they are refused
   * @param wake wakes the loop, from any thread
   */
  Intake(int limit, boolean waitForRoom, Runnable wake) {
    this.limit = limit;
    this.waitForRoom = waitForRoom;
    this.wake = wake;
    permits = new Semaphore(limit);
    operations = new MpscChunkedVarHandleArrayQueue<>(Math.min(1024, limit / 2), limit);
  }

  // ---- any thread

  /**
   * Takes a permit, or waits for one if that is allowed.
   *
   * @param mayWait false on the loop's thread, which gives the permits back
   * @throws IOException if there is none, or the loop is closed
   */
  void takePermit(Operation<?> operation, boolean mayWait) throws IOException {
    if (!permits.tryAcquire()) {
      if (!(waitForRoom && mayWait)) {
        throw new IOException(
            operation.op + ": " + limit + " operations are under way, the limit of an event loop",
            new RejectedExecutionException("raise maxOperations, or choose to wait for room"));
      }
      try {
        permits.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException(
            operation.op + " was interrupted while waiting for room; nothing was submitted");
      }
    }
    // After the permit: the loop ends only when all permits are back, so what follows still reaches
    // it.
    if (closing) {
      givePermit();
      Throwable cause = failure;
      throw cause == null
          ? new IOException(operation.op + " after Xsc.close()")
          : new IOException(
              operation.op + ": the event loop has failed (" + cause + "): open another Xsc",
              cause);
    }
  }

  void givePermit() {
    permits.release();
    if (closing) {
      doorbell.ring(wake);
    }
  }

  /** Permits that are taken, as far as the asking thread sees. */
  int taken() {
    return Math.max(0, limit - permits.availablePermits());
  }

  /** Hands an operation over that has a permit. Look at {@link #failure()} afterwards. */
  void put(Operation<?> operation) {
    if (!operations.offer(operation)) {
      throw new IllegalStateException(
          "queue full although a permit was given: a defect of the library");
    }
    // Begins with a full fence; pairs with that of fail().
    doorbell.ring(wake);
  }

  /** Has the loop run something. Look at {@link #failure()} afterwards. */
  void tell(Runnable message) {
    messages.add(message);
    // As in put().
    doorbell.ring(wake);
  }

  /** From now on there are no permits. */
  void close() {
    closing = true;
  }

  boolean isClosing() {
    return closing;
  }

  /** The loop will take nothing any more. Whoever waits for a permit learns why. */
  void fail(Throwable cause) {
    failure = cause;
    closing = true;
    permits.release(limit);
    // Between the store and the caller's look at the queues; pairs with the fence in put() and
    // tell(), whose callers look at the failure after it: one of the two sees the other.
    VarHandle.fullFence();
  }

  /** What {@link #fail} was given; null while all is well. */
  @Nullable Throwable failure() {
    return failure;
  }

  // ---- loop thread

  void runMessages() {
    Runnable message;
    while ((message = messages.poll()) != null) {
      message.run();
    }
  }

  /** The first operation, which stays. */
  @Nullable Operation<?> peek() {
    return operations.peek();
  }

  /** The first operation, which is taken out. */
  @Nullable Operation<?> poll() {
    return operations.poll();
  }

  boolean isEmpty() {
    return messages.isEmpty() && operations.isEmpty();
  }

  /** Whatever comes in from here on wakes the loop; look once more before sleeping. */
  void prepareToSleep() {
    doorbell.prepareToSleep();
  }

  void awake() {
    doorbell.awake();
  }
}
