// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.Command;
import dev.xsc.internal.Handle;
import dev.xsc.internal.Loan;
import dev.xsc.internal.SocketNames;
import dev.xsc.internal.Transfer;
import dev.xsc.internal.VectoredTransfer;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
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
    return receive(buffer.loan(), false).transfer();
  }

  /** {@link #read(IoBuffer)} without blocking; the buffer is lent until the future completes. */
  public RingFuture<Integer> readAsync(IoBuffer buffer) {
    return receive(buffer.loan(), false).submit();
  }

  /**
   * Reads until the buffer is full; blocks the calling thread.
   *
   * @throws java.io.EOFException at the end of the stream
   */
  public void readFully(IoBuffer buffer) throws IOException {
    receive(buffer.loan(), true).transfer();
  }

  /**
   * {@link #readFully(IoBuffer)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> readFullyAsync(IoBuffer buffer) {
    return receive(buffer.loan(), true).submit();
  }

  /**
   * Writes up to the whole buffer; blocks the calling thread.
   *
   * @return bytes written
   */
  public int write(IoBuffer buffer) throws IOException {
    return send(buffer.loan(), false).transfer();
  }

  /** {@link #write(IoBuffer)} without blocking; the buffer is lent until the future completes. */
  public RingFuture<Integer> writeAsync(IoBuffer buffer) {
    return send(buffer.loan(), false).submit();
  }

  /** Writes the whole buffer; blocks the calling thread. */
  public void writeFully(IoBuffer buffer) throws IOException {
    send(buffer.loan(), true).transfer();
  }

  /**
   * {@link #writeFully(IoBuffer)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> writeFullyAsync(IoBuffer buffer) {
    return send(buffer.loan(), true).submit();
  }

  /**
   * Reads up to the whole buffer; blocks the calling thread.
   *
   * @return bytes read, −1 at the end of the stream
   */
  public int read(ByteBuffer buffer) throws IOException {
    return receive(lend(buffer, true), false).transfer();
  }

  /** {@link #read(ByteBuffer)} without blocking; the buffer is lent until the future completes. */
  public RingFuture<Integer> readAsync(ByteBuffer buffer) {
    return receive(lend(buffer, true), false).submit();
  }

  /**
   * Reads until the buffer is full; blocks the calling thread.
   *
   * @throws java.io.EOFException at the end of the stream
   */
  public void readFully(ByteBuffer buffer) throws IOException {
    receive(lend(buffer, true), true).transfer();
  }

  /**
   * {@link #readFully(ByteBuffer)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> readFullyAsync(ByteBuffer buffer) {
    return receive(lend(buffer, true), true).submit();
  }

  /**
   * Writes up to the whole buffer; blocks the calling thread.
   *
   * @return bytes written
   */
  public int write(ByteBuffer buffer) throws IOException {
    return send(lend(buffer, false), false).transfer();
  }

  /** {@link #write(ByteBuffer)} without blocking; the buffer is lent until the future completes. */
  public RingFuture<Integer> writeAsync(ByteBuffer buffer) {
    return send(lend(buffer, false), false).submit();
  }

  /** Writes the whole buffer; blocks the calling thread. */
  public void writeFully(ByteBuffer buffer) throws IOException {
    send(lend(buffer, false), true).transfer();
  }

  /**
   * {@link #writeFully(ByteBuffer)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeFullyAsync(ByteBuffer buffer) {
    return send(lend(buffer, false), true).submit();
  }

  /**
   * Reads up to the whole buffer; blocks the calling thread.
   *
   * @return bytes read, −1 at the end of the stream
   */
  public int read(MemorySegment buffer) throws IOException {
    return receive(lend(buffer, true), false).transfer();
  }

  /**
   * {@link #read(MemorySegment)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> readAsync(MemorySegment buffer) {
    return receive(lend(buffer, true), false).submit();
  }

  /**
   * Reads until the buffer is full; blocks the calling thread.
   *
   * @throws java.io.EOFException at the end of the stream
   */
  public void readFully(MemorySegment buffer) throws IOException {
    receive(lend(buffer, true), true).transfer();
  }

  /**
   * {@link #readFully(MemorySegment)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> readFullyAsync(MemorySegment buffer) {
    return receive(lend(buffer, true), true).submit();
  }

  /**
   * Writes up to the whole buffer; blocks the calling thread.
   *
   * @return bytes written
   */
  public int write(MemorySegment buffer) throws IOException {
    return send(lend(buffer, false), false).transfer();
  }

  /**
   * {@link #write(MemorySegment)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> writeAsync(MemorySegment buffer) {
    return send(lend(buffer, false), false).submit();
  }

  /** Writes the whole buffer; blocks the calling thread. */
  public void writeFully(MemorySegment buffer) throws IOException {
    send(lend(buffer, false), true).transfer();
  }

  /**
   * {@link #writeFully(MemorySegment)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeFullyAsync(MemorySegment buffer) {
    return send(lend(buffer, false), true).submit();
  }

  /**
   * Writes up to the whole of several buffers, one after the other, with one call of the kernel;
   * blocks the calling thread.
   *
   * @param buffers 1 to {@link dev.xsc.ring.IoVec#MAX}
   * @return bytes written
   */
  public long writev(List<IoBuffer> buffers) throws IOException {
    return gather(buffers, false).transfer();
  }

  /** {@link #writev} without blocking; the buffers are lent until the future completes. */
  public RingFuture<Long> writevAsync(List<IoBuffer> buffers) {
    return gather(buffers, false).submit();
  }

  /**
   * Writes the whole of several buffers, one after the other; blocks the calling thread.
   *
   * @param buffers 1 to {@link dev.xsc.ring.IoVec#MAX}
   */
  public void writevFully(List<IoBuffer> buffers) throws IOException {
    gather(buffers, true).transfer();
  }

  /** {@link #writevFully} without blocking; the buffers are lent until the future completes. */
  public RingFuture<Long> writevFullyAsync(List<IoBuffer> buffers) {
    return gather(buffers, true).submit();
  }

  /** {@link #receiver(Receiver.Options)} with {@link Receiver.Options#DEFAULT}. */
  public Receiver receiver() {
    return receiver(Receiver.Options.DEFAULT);
  }

  /**
   * Receives from now on, into buffers that the reader takes and gives back; see {@link Receiver}.
   * On every kernel: what one lacks for it is emulated.
   */
  public Receiver receiver(Receiver.Options options) {
    return new Receiver(this, options);
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
    shutdown(Posix.SHUT_WR).awaitResult();
  }

  /** Reads end from now on. */
  public void shutdownInput() throws IOException {
    shutdown(Posix.SHUT_RD).awaitResult();
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

  /** What all ways to read come to. */
  private Transfer receive(Loan loan, boolean fully) {
    return new Transfer(Op.RECV, handle, loan, Sqe.AT_POSITION, fully, readNanos);
  }

  /** What all ways to write come to. */
  private Transfer send(Loan loan, boolean fully) {
    return new Transfer(Op.SEND, handle, loan, Sqe.AT_POSITION, fully, writeNanos);
  }

  private VectoredTransfer gather(List<IoBuffer> buffers, boolean fully) {
    return VectoredTransfer.send(handle, loans(buffers), fully, writeNanos);
  }

  /** Bounds of each write, in nanoseconds; 0 for none. */
  long writeNanos() {
    return writeNanos;
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
