// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.Operation;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one ring operation. It completes when the operation's terminal completion has
 * come, and not before: from then on the memory lent to it is the caller's again.
 *
 * <p>Dependent stages run on the executor of {@link XscOptions}, by default each on a virtual
 * thread of its own, and never on the event loop unless the options say so.
 *
 * <p>A failure is an {@link java.io.IOException} that implements {@link RingFailure}.
 */
public abstract sealed class RingFuture<T extends @Nullable Object> extends CompletableFuture<T>
    permits Operation {
  /** For the library. */
  protected RingFuture() {}

  /**
   * Waits for the outcome, as the blocking form of the operation would; meant for virtual threads.
   * An interrupt of the waiting thread cancels the operation: then this throws {@link
   * java.io.InterruptedIOException}, or returns normally if the operation had completed first, both
   * with the interrupt status set.
   *
   * @throws IOException what the future failed with
   * @throws java.util.concurrent.CancellationException if somebody else cancelled it
   * @throws IllegalStateException on the event loop, which would wait for itself
   */
  public abstract T await() throws IOException;

  /**
   * Asks the kernel to end the operation early, and says what came of it. Asking again returns the
   * same answer.
   *
   * @return completes after this future has
   */
  public abstract CompletableFuture<CancelOutcome> cancelOperation();

  /**
   * Asks the kernel to end the operation early. Unlike other futures, this one does not complete at
   * once: the kernel may still be using the memory. It completes with a {@link
   * java.util.concurrent.CancellationException} when the operation was cancelled, or with its
   * result when it had come too far.
   *
   * @param mayInterruptIfRunning ignored
   * @return whether this future is now completed as cancelled
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    var _ = cancelOperation();
    return isCancelled();
  }
}
