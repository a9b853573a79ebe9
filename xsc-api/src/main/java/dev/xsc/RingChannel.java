// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.ByteBufferLoan;
import dev.xsc.internal.Handle;
import dev.xsc.internal.Leaks;
import dev.xsc.internal.Loan;
import dev.xsc.internal.SegmentLoan;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What files and sockets have in common: an open descriptor on one event loop. Any thread may use
 * it; operations of one channel may run and complete in any order.
 *
 * <p>Closing ends the operations in flight first: each completes once, with its result or with
 * {@link java.nio.channels.AsynchronousCloseException}.
 */
public abstract sealed class RingChannel implements Channel
    permits RingFile, RingSocket, RingServerSocket, RingDatagramSocket {
  final Xsc xsc;
  final Handle handle;

  @SuppressWarnings("this-escape") // only watched for being dropped
  RingChannel(Xsc xsc, Handle handle) {
    this.xsc = xsc;
    this.handle = handle;
    handle.closes(Leaks.track(this, getClass().getSimpleName() + " " + handle, xsc.reportsLeaks()));
  }

  /** Loan of what remains in the buffer; {@code reads} says whether the kernel writes into it. */
  final Loan lend(ByteBuffer buffer, boolean reads) {
    return new ByteBufferLoan(buffer, reads, xsc.checked());
  }

  /** Loan of the whole segment. */
  final Loan lend(MemorySegment segment, boolean reads) {
    return SegmentLoan.of(segment, reads, xsc.checked());
  }

  /** Loans of the buffers. */
  static List<Loan> loans(List<IoBuffer> buffers) {
    return buffers.stream().<Loan>map(IoBuffer::loan).toList();
  }

  /** Whether {@link #close()} has not been called yet. */
  @Override
  public final boolean isOpen() {
    return !handle.isClosed();
  }

  /** Cancels what is in flight, waits for it to end, and closes. Closing again does nothing. */
  @Override
  public final void close() throws IOException {
    handle.close();
  }

  /** {@link #close()} without waiting; completes when the descriptor is closed. */
  public final RingFuture<@Nullable Void> closeAsync() {
    return handle.closeAsync();
  }

  /** The kernel's number for it, for use with {@link dev.xsc.ring.Ring}; valid until closed. */
  public final int descriptor() {
    return handle.fd();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + handle + (isOpen() ? "]" : ", closed]");
  }
}
