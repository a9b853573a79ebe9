// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.Arrivals;
import dev.xsc.internal.MultishotReceive;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What arrives on a {@link RingSocket}, piece by piece, each in a buffer of the receiver's own that
 * the reader gives back: one submission for many arrivals where the kernel can, no copy, and no
 * memory tied up per waiting read. Made by {@link RingSocket#receiver}.
 *
 * <p>Back-pressure: a reader that holds all buffers gets no more until it gives one back, and the
 * peer is slowed down as by any slow reader. Nothing is lost meanwhile.
 *
 * <p>Any thread, but one call of {@link #next} or {@link #nextAsync} at a time. Do not read from
 * the socket in other ways while its receiver is open: either would get a part of the stream. What
 * has arrived and is not taken when the receiver is closed is lost.
 *
 * <pre>{@code
 * try (Receiver receiver = socket.receiver()) {
 *   ReceivedBuffer next;
 *   while ((next = receiver.next()) != null) {
 *     try (ReceivedBuffer piece = next) {
 *       socket.writeFully(piece.data());
 *     }
 *   }
 * }
 * }</pre>
 */
public final class Receiver implements AutoCloseable {
  /**
   * How much memory a receiver has.
   *
   * @param bufferSize bytes of each buffer, 1 or more; the most that one piece can have
   * @param buffers number of buffers, a power of two from 1 to 32768
   */
  public record Options(int bufferSize, int buffers) {
    /** 8 buffers of 16 KiB. */
    public static final Options DEFAULT = new Options(16 << 10, 8);

    /** Checks. */
    public Options {
      if (bufferSize < 1) {
        throw new IllegalArgumentException(
            "buffers of " + bufferSize + " bytes: must be 1 or more");
      }
      if (buffers < 1 || buffers > 1 << 15 || Integer.bitCount(buffers) != 1) {
        throw new IllegalArgumentException(
            buffers + " buffers: must be a power of two from 1 to 32768");
      }
    }
  }

  private final Arrivals<ReceivedBuffer> arrivals;
  private final MultishotReceive receive;

  Receiver(RingSocket socket, Options options) {
    var pieces = new ReceivedBuffer.Source(socket);
    var arriving =
        new Arrivals<ReceivedBuffer>(socket.handle, options.buffers(), ReceivedBuffer::close);
    arrivals = arriving;
    receive =
        new MultishotReceive(
            socket.handle, options.bufferSize(), options.buffers(), pieces.into(arriving));
    pieces.of(receive);
    var _ = receive.submit().whenComplete((_, failure) -> arriving.failed(failure));
  }

  /**
   * Waits for the next piece; blocks the calling thread, best a virtual one. An interrupt ends only
   * the wait, and nothing is lost.
   *
   * @return the piece, to be closed by the caller; null at the end of the stream
   * @throws java.io.InterruptedIOException on an interrupt, with the interrupt status set
   * @throws java.nio.channels.AsynchronousCloseException if the receiver or the socket is closed
   */
  public @Nullable ReceivedBuffer next() throws IOException {
    return arrivals.take();
  }

  /**
   * {@link #next()} without blocking. Cancelling the future, or a time limit on it, ends only the
   * wait.
   */
  public CompletableFuture<@Nullable ReceivedBuffer> nextAsync() {
    return arrivals.takeAsync();
  }

  /**
   * Ends receiving and gives back what nobody has taken; pieces that were taken stay valid until
   * they are closed. Waits for the kernel to let go. The socket stays open.
   */
  @Override
  public void close() {
    arrivals.close();
    try {
      receive.cancelOperation().join();
    } catch (CompletionException e) {
      throw new IllegalStateException("receiver does not end", e);
    } finally {
      arrivals.clear();
    }
  }

  @Override
  public String toString() {
    return "Receiver[" + receive + "]";
  }
}
