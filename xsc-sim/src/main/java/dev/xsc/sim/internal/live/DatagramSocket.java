// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket. Messages pass through a buffer of its own: that is how a cut one is noticed,
 * and one looked at is kept.
 *
 * <p>Any thread; its monitor guards its state. No call in it waits.
 */
final class DatagramSocket extends LivePollable implements SocketObject {
  private static final int SO_TYPE = 3;
  private static final int SO_DOMAIN = 39;
  private static final int LARGEST = 1 << 16;

  private final int domain;
  private final DatagramChannel channel;
  private @Nullable ByteBuffer scratch;

  /** Where the message in {@link #scratch} came from; null if there is none. */
  private @Nullable SocketAddress waitingFrom;

  private boolean inputShut;
  private boolean outputShut;

  DatagramSocket(int domain, ProtocolFamily family) throws IOException {
    this.domain = domain;
    channel = DatagramChannel.open(family);
    channel.configureBlocking(false);
  }

  @Override
  SelectableChannel channel() {
    return channel;
  }

  @Override
  int operations(int events) {
    return ((events & Posix.POLLIN) != 0 ? SelectionKey.OP_READ : 0)
        | ((events & Posix.POLLOUT) != 0 ? SelectionKey.OP_WRITE : 0);
  }

  @Override
  public int domain() {
    return domain;
  }

  @Override
  public boolean datagrams() {
    return true;
  }

  @Override
  public void bind(SocketAddress address) throws IOException {
    try {
      channel.bind(address);
    } catch (AlreadyBoundException _) {
      throw new ErrnoException(Errno.EINVAL);
    }
  }

  @Override
  public void listen(int backlog) throws IOException {
    throw new ErrnoException(Errno.EOPNOTSUPP);
  }

  @Override
  public @Nullable SocketObject accept() throws IOException {
    throw new ErrnoException(Errno.EOPNOTSUPP);
  }

  @Override
  public synchronized int connect(SocketAddress address, boolean again) throws IOException {
    if (channel.isConnected()) {
      // A datagram socket may change its mind; NIO wants to be told in two steps.
      channel.disconnect();
    }
    channel.connect(LiveNetwork.destination(address));
    return 0;
  }

  @Override
  public int send(Buffers from, long skip, @Nullable SocketAddress to) throws IOException {
    if (outputShut) {
      throw new ErrnoException(Errno.EPIPE);
    }
    if (from.total() >= LARGEST) {
      return -Errno.EMSGSIZE;
    }
    ByteBuffer message = from.count() == 1 ? from.part(0).asByteBuffer() : gather(from);
    int length = message.remaining();
    int n;
    if (length == 0 && channel.isConnected()) {
      return sendEmpty(message);
    }
    if (to != null && !channel.isConnected()) {
      n = channel.send(message, LiveNetwork.destination(to));
    } else if (channel.isConnected()) {
      // Linux lets a connected socket send elsewhere once; NIO does not, unless it is the peer.
      n = to == null ? channel.write(message) : channel.send(message, LiveNetwork.destination(to));
    } else {
      return -Errno.EDESTADDRREQ;
    }
    return n == 0 && length > 0 ? -Errno.EAGAIN : n;
  }

  /** NIO drops an empty message on a connected channel, and sends it on one that is not. */
  private synchronized int sendEmpty(ByteBuffer message) throws IOException {
    SocketAddress peer = channel.getRemoteAddress();
    channel.disconnect();
    try {
      return channel.send(message, peer);
    } finally {
      channel.connect(peer);
    }
  }

  private static ByteBuffer gather(Buffers from) {
    ByteBuffer whole = ByteBuffer.allocateDirect((int) from.total());
    for (int i = 0; i < from.count(); i++) {
      whole.put(from.part(i).asByteBuffer());
    }
    return whole.flip();
  }

  @Override
  public synchronized int receive(Buffers to, long skip, int flags, @Nullable Message message)
      throws IOException {
    if (!fetch()) {
      return inputShut ? 0 : -Errno.EAGAIN;
    }
    MemorySegment whole = MemorySegment.ofBuffer(scratch());
    int copied = to.fill(whole, 0);
    boolean cut = copied < whole.byteSize();
    if (message != null) {
      message.from = waitingFrom;
      message.truncated = cut;
    }
    if ((flags & Posix.MSG_PEEK) == 0) {
      waitingFrom = null;
    }
    return cut && (flags & MsgHdr.MSG_TRUNC) != 0 ? (int) whole.byteSize() : copied;
  }

  /** Sees to it that a message is at hand; false if there is none. */
  private boolean fetch() throws IOException {
    if (waitingFrom == null) {
      ByteBuffer buffer = scratch().clear();
      waitingFrom = channel.receive(buffer);
      buffer.flip();
    }
    return waitingFrom != null;
  }

  private ByteBuffer scratch() {
    ByteBuffer buffer = scratch;
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(LARGEST);
      scratch = buffer;
    }
    return buffer;
  }

  @Override
  public int read(Buffers to, long skip) throws IOException {
    return receive(to, skip, 0, null);
  }

  @Override
  public int write(Buffers from, long skip) throws IOException {
    return send(from, skip, null);
  }

  @Override
  public synchronized void shutdown(int how) throws IOException {
    if (!channel.isConnected()) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
    // NIO cannot say it to the system, which would only say it to us again.
    inputShut |= how != Posix.SHUT_WR;
    outputShut |= how != Posix.SHUT_RD;
  }

  @Override
  public synchronized int poll(int hint, int wanted) throws IOException {
    int ready = hint & wanted & Posix.POLLOUT;
    boolean readable = (hint & Posix.POLLIN) != 0 || waitingFrom != null;
    if (inputShut || (readable && (wanted & Posix.POLLIN) != 0 && fetch())) {
      ready |= wanted & Posix.POLLIN;
    }
    return ready;
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    return channel.getLocalAddress();
  }

  @Override
  public SocketAddress peerAddress() throws IOException {
    SocketAddress peer = channel.getRemoteAddress();
    if (peer == null) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
    return peer;
  }

  @Override
  public void setOption(int level, int option, MemorySegment value) throws IOException {
    Options.set(channel, level, option, value);
  }

  @Override
  public int getOption(int level, int option, MemorySegment value) throws IOException {
    if (level == Posix.SOL_SOCKET) {
      int known =
          switch (option) {
            case Posix.SO_ERROR -> 0;
            case SO_TYPE -> Posix.SOCK_DGRAM;
            case SO_DOMAIN -> domain;
            default -> -1;
          };
      if (known >= 0) {
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, known);
        return Integer.BYTES;
      }
    }
    return Options.get(channel, level, option, value);
  }

  @Override
  public void stat(FileStat to) {
    to.mode = Posix.S_IFSOCK | 0777;
  }

  @Override
  public String toString() {
    return "datagram socket";
  }
}
