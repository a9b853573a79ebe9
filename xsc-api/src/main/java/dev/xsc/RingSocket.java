// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.ByteBufferLoan;
import dev.xsc.internal.Command;
import dev.xsc.internal.Handle;
import dev.xsc.internal.SegmentLoan;
import dev.xsc.internal.SocketNames;
import dev.xsc.internal.Transfer;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connected byte stream, TCP or local; made by {@link Xsc#connect} and {@link
 * RingServerSocket#accept}. One read and one write may be under way at a time without losing the
 * order of bytes; more are possible, in no particular order.
 *
 * <p>Memory as in {@link RingFile}.
 */
public final class RingSocket extends RingChannel {
  private volatile long readNanos;
  private volatile long writeNanos;

  RingSocket(Xsc xsc, Handle handle) {
    super(xsc, handle);
  }

  /**
   * Reads up to the whole buffer; blocks the calling thread.
   *
   * @return bytes read, −1 at the end of the stream
   */
  public int read(IoBuffer buffer) throws IOException {
    return new Transfer(Op.RECV, handle, buffer.loan(), Sqe.AT_POSITION, false, readNanos)
        .transfer();
  }

  /** {@link #read(IoBuffer)} without blocking; the buffer is lent until the future completes. */
  public RingFuture<Integer> readAsync(IoBuffer buffer) {
    return new Transfer(Op.RECV, handle, buffer.loan(), Sqe.AT_POSITION, false, readNanos).submit();
  }

  /**
   * Reads until the buffer is full; blocks the calling thread.
   *
   * @throws java.io.EOFException at the end of the stream
   */
  public void readFully(IoBuffer buffer) throws IOException {
    new Transfer(Op.RECV, handle, buffer.loan(), Sqe.AT_POSITION, true, readNanos).transfer();
  }

  /**
   * {@link #readFully(IoBuffer)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> readFullyAsync(IoBuffer buffer) {
    return new Transfer(Op.RECV, handle, buffer.loan(), Sqe.AT_POSITION, true, readNanos).submit();
  }

  /**
   * Writes up to the whole buffer; blocks the calling thread.
   *
   * @return bytes written
   */
  public int write(IoBuffer buffer) throws IOException {
    return new Transfer(Op.SEND, handle, buffer.loan(), Sqe.AT_POSITION, false, writeNanos)
        .transfer();
  }

  /** {@link #write(IoBuffer)} without blocking; the buffer is lent until the future completes. */
  public RingFuture<Integer> writeAsync(IoBuffer buffer) {
    return new Transfer(Op.SEND, handle, buffer.loan(), Sqe.AT_POSITION, false, writeNanos)
        .submit();
  }

  /** Writes the whole buffer; blocks the calling thread. */
  public void writeFully(IoBuffer buffer) throws IOException {
    new Transfer(Op.SEND, handle, buffer.loan(), Sqe.AT_POSITION, true, writeNanos).transfer();
  }

  /**
   * {@link #writeFully(IoBuffer)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> writeFullyAsync(IoBuffer buffer) {
    return new Transfer(Op.SEND, handle, buffer.loan(), Sqe.AT_POSITION, true, writeNanos).submit();
  }

  /**
   * Reads up to the whole buffer; blocks the calling thread.
   *
   * @return bytes read, −1 at the end of the stream
   */
  public int read(ByteBuffer buffer) throws IOException {
    return new Transfer(
            Op.RECV,
            handle,
            new ByteBufferLoan(buffer, true, xsc.checked()),
            Sqe.AT_POSITION,
            false,
            readNanos)
        .transfer();
  }

  /** {@link #read(ByteBuffer)} without blocking; the buffer is lent until the future completes. */
  public RingFuture<Integer> readAsync(ByteBuffer buffer) {
    return new Transfer(
            Op.RECV,
            handle,
            new ByteBufferLoan(buffer, true, xsc.checked()),
            Sqe.AT_POSITION,
            false,
            readNanos)
        .submit();
  }

  /**
   * Reads until the buffer is full; blocks the calling thread.
   *
   * @throws java.io.EOFException at the end of the stream
   */
  public void readFully(ByteBuffer buffer) throws IOException {
    new Transfer(
            Op.RECV,
            handle,
            new ByteBufferLoan(buffer, true, xsc.checked()),
            Sqe.AT_POSITION,
            true,
            readNanos)
        .transfer();
  }

  /**
   * {@link #readFully(ByteBuffer)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> readFullyAsync(ByteBuffer buffer) {
    return new Transfer(
            Op.RECV,
            handle,
            new ByteBufferLoan(buffer, true, xsc.checked()),
            Sqe.AT_POSITION,
            true,
            readNanos)
        .submit();
  }

  /**
   * Writes up to the whole buffer; blocks the calling thread.
   *
   * @return bytes written
   */
  public int write(ByteBuffer buffer) throws IOException {
    return new Transfer(
            Op.SEND,
            handle,
            new ByteBufferLoan(buffer, false, xsc.checked()),
            Sqe.AT_POSITION,
            false,
            writeNanos)
        .transfer();
  }

  /** {@link #write(ByteBuffer)} without blocking; the buffer is lent until the future completes. */
  public RingFuture<Integer> writeAsync(ByteBuffer buffer) {
    return new Transfer(
            Op.SEND,
            handle,
            new ByteBufferLoan(buffer, false, xsc.checked()),
            Sqe.AT_POSITION,
            false,
            writeNanos)
        .submit();
  }

  /** Writes the whole buffer; blocks the calling thread. */
  public void writeFully(ByteBuffer buffer) throws IOException {
    new Transfer(
            Op.SEND,
            handle,
            new ByteBufferLoan(buffer, false, xsc.checked()),
            Sqe.AT_POSITION,
            true,
            writeNanos)
        .transfer();
  }

  /**
   * {@link #writeFully(ByteBuffer)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeFullyAsync(ByteBuffer buffer) {
    return new Transfer(
            Op.SEND,
            handle,
            new ByteBufferLoan(buffer, false, xsc.checked()),
            Sqe.AT_POSITION,
            true,
            writeNanos)
        .submit();
  }

  /**
   * Reads up to the whole buffer; blocks the calling thread.
   *
   * @return bytes read, −1 at the end of the stream
   */
  public int read(MemorySegment buffer) throws IOException {
    return new Transfer(
            Op.RECV,
            handle,
            SegmentLoan.of(buffer, true, xsc.checked()),
            Sqe.AT_POSITION,
            false,
            readNanos)
        .transfer();
  }

  /**
   * {@link #read(MemorySegment)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> readAsync(MemorySegment buffer) {
    return new Transfer(
            Op.RECV,
            handle,
            SegmentLoan.of(buffer, true, xsc.checked()),
            Sqe.AT_POSITION,
            false,
            readNanos)
        .submit();
  }

  /**
   * Reads until the buffer is full; blocks the calling thread.
   *
   * @throws java.io.EOFException at the end of the stream
   */
  public void readFully(MemorySegment buffer) throws IOException {
    new Transfer(
            Op.RECV,
            handle,
            SegmentLoan.of(buffer, true, xsc.checked()),
            Sqe.AT_POSITION,
            true,
            readNanos)
        .transfer();
  }

  /**
   * {@link #readFully(MemorySegment)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> readFullyAsync(MemorySegment buffer) {
    return new Transfer(
            Op.RECV,
            handle,
            SegmentLoan.of(buffer, true, xsc.checked()),
            Sqe.AT_POSITION,
            true,
            readNanos)
        .submit();
  }

  /**
   * Writes up to the whole buffer; blocks the calling thread.
   *
   * @return bytes written
   */
  public int write(MemorySegment buffer) throws IOException {
    return new Transfer(
            Op.SEND,
            handle,
            SegmentLoan.of(buffer, false, xsc.checked()),
            Sqe.AT_POSITION,
            false,
            writeNanos)
        .transfer();
  }

  /**
   * {@link #write(MemorySegment)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> writeAsync(MemorySegment buffer) {
    return new Transfer(
            Op.SEND,
            handle,
            SegmentLoan.of(buffer, false, xsc.checked()),
            Sqe.AT_POSITION,
            false,
            writeNanos)
        .submit();
  }

  /** Writes the whole buffer; blocks the calling thread. */
  public void writeFully(MemorySegment buffer) throws IOException {
    new Transfer(
            Op.SEND,
            handle,
            SegmentLoan.of(buffer, false, xsc.checked()),
            Sqe.AT_POSITION,
            true,
            writeNanos)
        .transfer();
  }

  /**
   * {@link #writeFully(MemorySegment)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeFullyAsync(MemorySegment buffer) {
    return new Transfer(
            Op.SEND,
            handle,
            SegmentLoan.of(buffer, false, xsc.checked()),
            Sqe.AT_POSITION,
            true,
            writeNanos)
        .submit();
  }

  /**
   * Bounds each read that starts from now on; the kernel ends it with a {@link
   * java.net.SocketTimeoutException}.
   *
   * @param time zero for no bound
   */
  public RingSocket readTimeout(Duration time) {
    readNanos = Xsc.nanos(time);
    return this;
  }

  /** Bounds each write that starts from now on; see {@link #readTimeout}. */
  public RingSocket writeTimeout(Duration time) {
    writeNanos = Xsc.nanos(time);
    return this;
  }

  /** Tells the peer that nothing more will be sent. */
  public void shutdownOutput() throws IOException {
    shutdown(Posix.SHUT_WR).await();
  }

  /** Reads end from now on. */
  public void shutdownInput() throws IOException {
    shutdown(Posix.SHUT_RD).await();
  }

  /** Sets an option of {@link java.net.StandardSocketOptions}. */
  public <T> RingSocket setOption(SocketOption<T> option, T value) throws IOException {
    SocketNames.setOption(handle, option, value);
    return this;
  }

  /** The value of an option of {@link java.net.StandardSocketOptions}. */
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return SocketNames.getOption(handle, option);
  }

  /** This end's address. */
  public SocketAddress localAddress() throws IOException {
    return SocketNames.local(handle);
  }

  /** The peer's address. */
  public SocketAddress remoteAddress() throws IOException {
    return SocketNames.remote(handle);
  }

  private Command<@Nullable Void> shutdown(int how) {
    return new Command<>(
        handle.loop(),
        Op.SHUTDOWN,
        handle,
        handle.toString(),
        null,
        sqe -> sqe.shutdown(handle.fd(), how),
        _ -> null);
  }
}
