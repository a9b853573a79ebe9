// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.Errors;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket. What the system makes one of, NIO makes two: a channel to connect and one to
 * listen, so listening replaces the channel; and a failed connection takes its channel along, so
 * that is replaced too.
 *
 * <p>Any thread; its monitor guards its state. No call in it waits.
 */
final class StreamSocket extends LivePollable implements SocketObject {
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_TYPE = 3;
  private static final int SO_DOMAIN = 39;

  private final int domain;
  private final ProtocolFamily family;
  private final LookAhead ahead = new LookAhead();
  private volatile SocketChannel stream;
  private volatile @Nullable ServerSocketChannel server;
  private @Nullable SocketAddress bound;
  private int pendingError;
  private boolean outputShut;
  private boolean inputShut;
  private boolean broadcast;
  private boolean closed;

  StreamSocket(int domain, ProtocolFamily family) throws IOException {
    this.domain = domain;
    this.family = family;
    stream = newChannel();
  }

  /** A connection that was accepted. */
  private StreamSocket(int domain, ProtocolFamily family, SocketChannel accepted)
      throws IOException {
    this.domain = domain;
    this.family = family;
    stream = accepted;
    accepted.configureBlocking(false);
  }

  private SocketChannel newChannel() throws IOException {
    SocketChannel channel = SocketChannel.open(family);
    channel.configureBlocking(false);
    return channel;
  }

  @Override
  SelectableChannel channel() {
    ServerSocketChannel listening = server;
    return listening == null ? stream : listening;
  }

  @Override
  int operations(int events) {
    if (server != null) {
      return (events & Posix.POLLIN) != 0 ? SelectionKey.OP_ACCEPT : 0;
    }
    if (!stream.isConnected()) {
      return events == 0 ? 0 : SelectionKey.OP_CONNECT;
    }
    return ((events & Posix.POLLIN) != 0 ? SelectionKey.OP_READ : 0)
        | ((events & Posix.POLLOUT) != 0 ? SelectionKey.OP_WRITE : 0);
  }

  @Override
  public int domain() {
    return domain;
  }

  @Override
  public boolean datagrams() {
    return false;
  }

  // ---- making connections

  @Override
  public synchronized void bind(SocketAddress address) throws IOException {
    if (bound != null || server != null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    stream.bind(address);
    bound = stream.getLocalAddress();
  }

  @Override
  public synchronized void listen(int backlog) throws IOException {
    if (server != null) {
      return;
    }
    if (stream.isConnected() || stream.isConnectionPending()) {
      throw new ErrnoException(Errno.EINVAL);
    }
    if (domain == SockAddr.AF_UNIX && bound == null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    ServerSocketChannel listening = ServerSocketChannel.open(family);
    try {
      listening.configureBlocking(false);
      Options.copy(stream, listening);
      takeOver(listening, Math.clamp(backlog, 1, 4096));
    } catch (IOException | RuntimeException e) {
      listening.close();
      throw e;
    }
    server = listening;
    bound = listening.getLocalAddress();
    channelReplaced();
  }

  /** Binds the listening channel where the other one is bound. */
  private void takeOver(ServerSocketChannel listening, int backlog) throws IOException {
    if (bound instanceof UnixDomainSocketAddress unix) {
      stream.close();
      Files.deleteIfExists(unix.getPath());
      listening.bind(bound, backlog);
      return;
    }
    if (bound != null && !LiveDisk.WINDOWS) {
      // With both allowed to share the address, nobody else can take it in between. What the user
      // set is put back.
      boolean reuse = listening.getOption(StandardSocketOptions.SO_REUSEADDR);
      stream.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listening.bind(bound, backlog);
      listening.setOption(StandardSocketOptions.SO_REUSEADDR, reuse);
      stream.close();
      return;
    }
    stream.close();
    listening.bind(bound, backlog);
  }

  @Override
  public @Nullable SocketObject accept() throws IOException {
    ServerSocketChannel listening = server;
    if (listening == null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    SocketChannel accepted = listening.accept();
    return accepted == null ? null : new StreamSocket(domain, family, accepted);
  }

  @Override
  public synchronized int connect(SocketAddress address, boolean again) throws IOException {
    if (server != null) {
      throw new ErrnoException(Errno.EISCONN);
    }
    if (SockAddr.family(address) == SockAddr.AF_UNIX != (domain == SockAddr.AF_UNIX)) {
      throw new ErrnoException(Errno.EAFNOSUPPORT);
    }
    try {
      boolean connected;
      if (stream.isConnected() && again) {
        connected = true;
      } else if (stream.isConnectionPending() && again) {
        connected = stream.finishConnect();
      } else {
        connected = stream.connect(LiveNetwork.destination(address));
      }
      return connected ? 0 : -Errno.EAGAIN;
    } catch (IOException | RuntimeException e) {
      if (!stream.isOpen()) {
        startOver();
      }
      throw e;
    }
  }

  /**
   * After a failed connection, or an end to listening: the socket stays usable, as it does in the
   * system.
   */
  private void startOver() throws IOException {
    if (closed) {
      return;
    }
    SocketAddress wasBound = bound;
    stream = newChannel();
    bound = null;
    channelReplaced();
    if (wasBound != null && domain != SockAddr.AF_UNIX) {
      bind(wasBound);
    }
  }

  // ---- transferring

  @Override
  public int send(Buffers from, long skip, @Nullable SocketAddress to) throws IOException {
    if (!stream.isConnected() && !stream.isConnectionPending()) {
      throw new ErrnoException(Errno.EPIPE);
    }
    try {
      long n =
          from.count() == 1
              ? stream.write(from.rest(0, skip).asByteBuffer())
              : stream.write(ByteBuffers.of(from, skip));
      return n == 0 && from.total() > skip ? -Errno.EAGAIN : (int) n;
    } catch (ClosedChannelException e) {
      throw outputShut ? new ErrnoException(Errno.EPIPE) : e;
    }
  }

  @Override
  public synchronized int receive(Buffers to, long skip, int flags, @Nullable Message message)
      throws IOException {
    requireConnected();
    return ahead.read(this, stream, to, skip, (flags & Posix.MSG_PEEK) != 0);
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
    ServerSocketChannel listening = server;
    if (listening != null) {
      if (how != Posix.SHUT_WR) {
        listening.close();
        server = null;
        bound = null;
        startOver();
      }
      return;
    }
    requireConnected();
    if (how != Posix.SHUT_WR) {
      stream.shutdownInput();
      inputShut = true;
    }
    if (how != Posix.SHUT_RD) {
      stream.shutdownOutput();
      outputShut = true;
    }
  }

  private void requireConnected() throws ErrnoException {
    if (!stream.isConnected()) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
  }

  @Override
  public synchronized int poll(int hint, int wanted) throws IOException {
    if (server != null) {
      return hint & wanted & Posix.POLLIN;
    }
    if (stream.isConnectionPending()) {
      return hint == 0 ? 0 : finishForPoll(wanted);
    }
    if (!stream.isConnected()) {
      return (wanted & (Posix.POLLOUT | Posix.POLLHUP)) | (pendingError == 0 ? 0 : Posix.POLLERR);
    }
    int ready = hint & wanted & Posix.POLLOUT;
    boolean readable = (hint & Posix.POLLIN) != 0 || ahead.holds();
    if (readable && (wanted & Posix.POLLRDHUP) == 0 && !outputShut) {
      // Data or the end of it, which nobody asks to tell apart: nothing needs to be read early for
      // that.
      return ready | (wanted & Posix.POLLIN);
    }
    if (!readable) {
      return ready;
    }
    try {
      int state = ahead.look(this, stream);
      if (state != LookAhead.NOTHING) {
        ready |= wanted & Posix.POLLIN;
      }
      if (ahead.ended()) {
        ready |=
            (wanted & Posix.POLLRDHUP) | (outputShut || inputShut ? wanted & Posix.POLLHUP : 0);
      }
    } catch (IOException _) {
      // The next receive meets it again; to poll it is an event.
      ready |= wanted & (Posix.POLLIN | Posix.POLLRDHUP | Posix.POLLERR | Posix.POLLHUP);
    }
    return ready;
  }

  /** A poll that waits for a connection ends when the attempt has, either way. */
  private int finishForPoll(int wanted) throws IOException {
    try {
      return stream.finishConnect() ? wanted & Posix.POLLOUT : 0;
    } catch (IOException e) {
      pendingError = Errors.errno(e);
      startOver();
      return wanted & (Posix.POLLOUT | Posix.POLLERR | Posix.POLLHUP);
    }
  }

  // ---- names and options

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    return ((NetworkChannel) channel()).getLocalAddress();
  }

  @Override
  public SocketAddress peerAddress() throws IOException {
    SocketAddress peer = stream.isOpen() ? stream.getRemoteAddress() : null;
    if (peer == null) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
    return peer;
  }

  @Override
  public synchronized void setOption(int level, int option, MemorySegment value)
      throws IOException {
    if (level == Posix.SOL_SOCKET && option == Posix.SO_BROADCAST) {
      // Means nothing to a stream; Linux keeps it all the same.
      broadcast = value.get(ValueLayout.JAVA_INT_UNALIGNED, 0) != 0;
    } else {
      Options.set((NetworkChannel) channel(), level, option, value);
    }
  }

  @Override
  public synchronized int getOption(int level, int option, MemorySegment value) throws IOException {
    if (level == Posix.SOL_SOCKET) {
      int known =
          switch (option) {
            case Posix.SO_ERROR -> pendingError;
            case SO_TYPE -> Posix.SOCK_STREAM;
            case SO_DOMAIN -> domain;
            case SO_ACCEPTCONN -> server == null ? 0 : 1;
            case Posix.SO_BROADCAST -> broadcast ? 1 : 0;
            default -> -1;
          };
      if (known >= 0) {
        if (option == Posix.SO_ERROR) {
          pendingError = 0;
        }
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, known);
        return Integer.BYTES;
      }
    }
    return Options.get((NetworkChannel) channel(), level, option, value);
  }

  @Override
  public void stat(FileStat to) {
    to.mode = Posix.S_IFSOCK | 0777;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    super.close();
    stream.close();
  }

  @Override
  public String toString() {
    return "stream socket of " + family;
  }
}
