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
import java.util.concurrent.Executor;
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
  private final String source;
  private final Runnable beforeBlocking;
  private final Executor delivery;
  private final Queue<T> queue;
  private final Consumer<T> discard;
  private final AtomicReference<@Nullable Waiter> waiting = new AtomicReference<>();

  /** Why nothing more comes; set after the last thing was added, or by closing. */
  private volatile @Nullable End end;

  /**
   * The last thing that a reader learns.
   *
   * @param failure null for the regular end
   * @param closed whether what is left is discarded
   */
  private record End(@Nullable Throwable failure, boolean closed) {}

  /**
   * An empty stream.
   *
   * @param capacity the most that can be under way
   * @param discard for what nobody will take
   */
  public Arrivals(Handle handle, int capacity, Consumer<T> discard) {
    this(
        handle.toString(),
        () -> handle.loop().requireOtherThread(Op.RECV),
        task -> handle.loop().deliver(task),
        capacity,
        discard);
  }

  /**
   * An empty stream that knows no event loop.
   *
   * @param source for messages
   * @param beforeBlocking throws where a thread must not block
   * @param delivery where futures complete
   */
  Arrivals(
      String source,
      Runnable beforeBlocking,
      Executor delivery,
      int capacity,
      Consumer<T> discard) {
    this.source = source;
    this.beforeBlocking = beforeBlocking;
    this.delivery = delivery;
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
    // await() and the volatile store of the end.
    VarHandle.fullFence();
    if (isClosed()) {
      clear();
    } else {
      serve();
    }
  }

  // ---- any thread

  /** Nothing more comes, and nothing is wrong. */
  public void end() {
    finish(null, false);
  }

  /** Nothing more comes, because of this; null does nothing. */
  public void failed(@Nullable Throwable failure) {
    if (failure != null) {
      finish(
          failure instanceof CancellationException ? new AsynchronousCloseException() : failure,
          false);
    }
  }

  /** The reader wants no more. */
  public void close() {
    finish(new AsynchronousCloseException(), true);
  }

  private void finish(@Nullable Throwable failure, boolean close) {
    synchronized (this) {
      End first = end;
      end =
          first == null
              ? new End(failure, close)
              : new End(first.failure(), first.closed() || close);
    }
    serve();
  }

  private boolean isClosed() {
    End last = end;
    return last != null && last.closed();
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
    beforeBlocking.run();
    Waiter waiter = new Waiter(true);
    await(waiter);
    try {
      return waiter.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (waiter.cancel(false)) {
        throw new InterruptedIOException("interrupted while waiting for data of " + source);
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
          "another read of " + source + " waits already: one at a time keeps the order");
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
    T item = last != null && last.closed() ? null : queue.poll();
    if (item == null) {
      // What is there is discarded by closing, which had set the end before.
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
        delivery.execute(() -> finish(item, last));
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
