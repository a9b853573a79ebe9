// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A socket. Results are those of the Linux system call of the same name; {@code -EAGAIN} instead of
 * waiting.
 */
public interface SocketObject extends Pollable, StreamFile {
  /** Its {@code AF_*}. */
  int domain();

  /** Whether messages keep their bounds. */
  boolean datagrams();

  /** {@code bind(2)}. */
  void bind(SocketAddress address) throws IOException;

  /** {@code listen(2)}. */
  void listen(int backlog) throws IOException;

  /** {@code accept(2)}; null if nobody waits. */
  @Nullable SocketObject accept() throws IOException;

  /**
   * {@code connect(2)}.
   *
   * @param again whether this is a later attempt of the same call
   */
  int connect(SocketAddress address, boolean again) throws IOException;

  /**
   * {@code sendmsg(2)}.
   *
   * @param skip bytes of the buffers that were sent already
   * @param to null for the peer
   */
  int send(Buffers from, long skip, @Nullable SocketAddress to) throws IOException;

  /**
   * {@code recvmsg(2)}.
   *
   * @param skip bytes of the buffers that are full already
   * @param flags {@link dev.xsc.ring.Posix#MSG_PEEK}, {@link dev.xsc.ring.MsgHdr#MSG_TRUNC}
   * @param message receives where it came from and whether it was cut
   */
  int receive(Buffers to, long skip, int flags, @Nullable Message message) throws IOException;

  /** {@code shutdown(2)}. */
  void shutdown(int how) throws IOException;

  /** Where it is bound; null for nowhere. */
  @Nullable SocketAddress localAddress() throws IOException;

  /** {@code getpeername(2)}. */
  @Nullable SocketAddress peerAddress() throws IOException;

  /** {@code setsockopt(2)}; the value has at least four bytes. */
  void setOption(int level, int option, MemorySegment value) throws IOException;

  /**
   * {@code getsockopt(2)}.
   *
   * @param value eight bytes; receives it
   * @return its length
   */
  int getOption(int level, int option, MemorySegment value) throws IOException;

  /** What {@link #receive} tells besides the bytes. */
  final class Message {
    /** Where it came from. */
    public @Nullable SocketAddress from;

    /** Whether it was longer than the buffers. */
    public boolean truncated;
  }
}
