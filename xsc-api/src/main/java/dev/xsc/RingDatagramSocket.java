// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.DatagramTransfer;
import dev.xsc.internal.Handle;
import dev.xsc.internal.Loan;
import dev.xsc.internal.SocketNames;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A UDP socket; made by {@link Xsc#bindDatagram}. Memory as in {@link RingFile}. */
public final class RingDatagramSocket extends RingChannel {
  private final int family;
  private volatile long receiveNanos;

  RingDatagramSocket(Xsc xsc, Handle handle, int family) {
    super(xsc, handle);
    this.family = family;
  }

  /**
   * A datagram that was received.
   *
   * @param sender where it came from
   * @param size bytes in the buffer
   * @param truncated whether it was longer than the buffer, and its end is lost
   */
  public record Received(SocketAddress sender, int size, boolean truncated) {}

  /**
   * Sends the whole buffer as one datagram; blocks the calling thread.
   *
   * @return its size
   */
  public int send(IoBuffer buffer, SocketAddress to) throws IOException {
    return sending(buffer.loan(), to).awaitValue();
  }

  /** {@link #send(IoBuffer, SocketAddress)} without blocking. */
  public RingFuture<Integer> sendAsync(IoBuffer buffer, SocketAddress to) {
    return sending(buffer.loan(), to).submit();
  }

  /** Waits for a datagram; blocks the calling thread. */
  public Received receive(IoBuffer buffer) throws IOException {
    return receiving(buffer.loan()).awaitValue();
  }

  /** {@link #receive(IoBuffer)} without blocking. */
  public RingFuture<Received> receiveAsync(IoBuffer buffer) {
    return receiving(buffer.loan()).submit();
  }

  /**
   * Sends the whole buffer as one datagram; blocks the calling thread.
   *
   * @return its size
   */
  public int send(ByteBuffer buffer, SocketAddress to) throws IOException {
    return sending(lend(buffer, false), to).awaitValue();
  }

  /** {@link #send(ByteBuffer, SocketAddress)} without blocking. */
  public RingFuture<Integer> sendAsync(ByteBuffer buffer, SocketAddress to) {
    return sending(lend(buffer, false), to).submit();
  }

  /** Waits for a datagram; blocks the calling thread. */
  public Received receive(ByteBuffer buffer) throws IOException {
    return receiving(lend(buffer, true)).awaitValue();
  }

  /** {@link #receive(ByteBuffer)} without blocking. */
  public RingFuture<Received> receiveAsync(ByteBuffer buffer) {
    return receiving(lend(buffer, true)).submit();
  }

  /**
   * Sends the whole buffer as one datagram; blocks the calling thread.
   *
   * @return its size
   */
  public int send(MemorySegment buffer, SocketAddress to) throws IOException {
    return sending(lend(buffer, false), to).awaitValue();
  }

  /** {@link #send(MemorySegment, SocketAddress)} without blocking. */
  public RingFuture<Integer> sendAsync(MemorySegment buffer, SocketAddress to) {
    return sending(lend(buffer, false), to).submit();
  }

  /** Waits for a datagram; blocks the calling thread. */
  public Received receive(MemorySegment buffer) throws IOException {
    return receiving(lend(buffer, true)).awaitValue();
  }

  /** {@link #receive(MemorySegment)} without blocking. */
  public RingFuture<Received> receiveAsync(MemorySegment buffer) {
    return receiving(lend(buffer, true)).submit();
  }

  /** Bounds each receive that starts from now on; see {@link RingSocket#readTimeout}. */
  public RingDatagramSocket receiveTimeout(Duration time) {
    receiveNanos = Xsc.nanos(time);
    return this;
  }

  /** The address that it is bound to. */
  public SocketAddress localAddress() throws IOException {
    return SocketNames.local(handle);
  }

  /** Sets an option of {@link java.net.StandardSocketOptions}. */
  public <T> RingDatagramSocket setOption(SocketOption<T> option, T value) throws IOException {
    SocketNames.setOption(handle, option, value);
    return this;
  }

  /** The value of an option of {@link java.net.StandardSocketOptions}. */
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return SocketNames.getOption(handle, option);
  }

  private DatagramTransfer<Integer> sending(Loan loan, SocketAddress to) {
    return DatagramTransfer.send(handle, loan, to, family);
  }

  private DatagramTransfer<Received> receiving(Loan loan) {
    return DatagramTransfer.receive(handle, loan, receiveNanos, Received::new);
  }
}
