// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.nio.channels.AsynchronousCloseException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded stream of things from an event loop to one reader at a time, with an end. Whoever adds
 * one, or begins to wait, serves the reader: the claim of the waiting reader says who of them does.
 */
public final class Arrivals<T> {
  private final Handle handle;
  private final Queue<T> queue;
  private final Consumer<T> discard;
  private final AtomicReference<@Nullable Waiter> waiting = new AtomicReference<>();

  /** Why nothing more comes; set once, after the last thing was added. */
  private volatile @Nullable End end;

  private volatile boolean closed;

  /**
   * The last thing that a reader learns.
   *
   * @param failure null for the regular end
   */
  private record End(@Nullable Throwable failure) {}

  /**
   * An empty stream.
   *
   * @param capacity the most that can be under way
   * @param discard for what nobody will take
   */
  public Arrivals(Handle handle, int capacity, Consumer<T> discard) {
    this.handle = handle;
    this.queue = new MpmcVarHandleArrayQueue<>(Math.max(2, capacity));
    this.discard = discard;
  }

  // ---- loop thread

  /** Adds one. */
  public void add(T item) {
    if (!queue.offer(item)) {
      throw new IllegalStateException("more arrivals than buffers: a defect of the library");
    }
    // Between the queue's store and the looks at the other side; pairs with the compare-and-set in
    // await() and the volatile store in close().
    VarHandle.fullFence();
    if (closed) {
      clear();
    } else {
      serve();
    }
  }

  // ---- any thread

  /** Nothing more comes, and nothing is wrong. */
  public void end() {
    finish(new End(null));
  }

  /** Nothing more comes, because of this; null does nothing. */
  public void failed(@Nullable Throwable failure) {
    if (failure != null) {
      finish(
          new End(
              failure instanceof CancellationException
                  ? new AsynchronousCloseException()
                  : failure));
    }
  }

  /** The reader wants no more. */
  public void close() {
    finish(new End(new AsynchronousCloseException()));
    closed = true;
  }

  private void finish(End why) {
    synchronized (this) {
      if (end == null) {
        end = why;
      }
    }
    serve();
  }

  /** Discards what is left. */
  public void clear() {
    T item;
    while ((item = queue.poll()) != null) {
      discard.accept(item);
    }
  }

  /** Waits for the next one; null at the end. */
  public @Nullable T take() throws IOException {
    handle.loop().requireOtherThread(Op.RECV);
    Waiter waiter = new Waiter(true);
    await(waiter);
    try {
      return waiter.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (waiter.cancel(false)) {
        throw new InterruptedIOException("interrupted while waiting for data of " + handle);
      }
      return waiter.join();
    } catch (ExecutionException e) {
      throw Operation.rethrown(e);
    }
  }

  /** {@link #take()} without blocking. */
  public CompletableFuture<@Nullable T> takeAsync() {
    Waiter waiter = new Waiter(false);
    await(waiter);
    return waiter;
  }

  private void await(Waiter waiter) {
    if (!waiting.compareAndSet(null, waiter)) {
      throw new IllegalStateException(
          "another read of " + handle + " waits already: one at a time keeps the order");
    }
    serve();
  }

  /** Gives the waiting reader what there is for it, if there is both. */
  private void serve() {
    Waiter waiter = waiting.get();
    // The end is looked at first: what came before it is then in the queue.
    End last = end;
    if (waiter == null || (last == null && queue.isEmpty()) || !waiter.claim()) {
      return;
    }
    T item = queue.poll();
    if (item == null) {
      // Discarded by closing, which had set the end before.
      last = end;
    }
    waiting.set(null);
    waiter.deliver(item, last);
  }

  /** A reader that waits. Ended only by whoever has the claim. */
  private final class Waiter extends CompletableFuture<@Nullable T> {
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final boolean blocking;

    Waiter(boolean blocking) {
      this.blocking = blocking;
    }

    boolean claim() {
      return claimed.compareAndSet(false, true);
    }

    void deliver(@Nullable T item, @Nullable End last) {
      if (blocking) {
        finish(item, last);
      } else {
        handle.loop().callbacks().execute(() -> finish(item, last));
      }
    }

    private void finish(@Nullable T item, @Nullable End last) {
      if (item != null || last == null || last.failure() == null) {
        super.complete(item);
      } else {
        super.completeExceptionally(last.failure());
      }
    }

    private boolean withdraw() {
      return claim() && waiting.compareAndSet(this, null);
    }

    @Override
    public boolean complete(@Nullable T value) {
      return withdraw() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
      return withdraw() && super.completeExceptionally(failure);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return withdraw() && super.cancel(mayInterruptIfRunning);
    }
  }
}
