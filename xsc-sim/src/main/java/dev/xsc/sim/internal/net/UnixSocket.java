// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.SocketObject;
import dev.xsc.sim.internal.disk.SocketFile;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A local stream socket: what is sent is in the peer's queue when the call returns. */
final class UnixSocket extends SimSocket {
  private static final int MOST_BACKLOG = 4096;
  private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

  private @Nullable SocketFile file;
  private @Nullable UnixSocket peer;
  private @Nullable SocketAddress peerAddress;
  private final ByteQueue in = new ByteQueue();

  /** Connections that wait to be accepted; null unless it listens. */
  private @Nullable ArrayDeque<UnixSocket> queue;

  /** Sockets that wait for room in the queue. */
  private final ArrayDeque<UnixSocket> waiting = new ArrayDeque<>();

  private int backlog;

  /** Whether it waits for room in a listener's queue. */
  private boolean waits;

  private boolean connected;
  private boolean peerEnded;
  private boolean inputShut;
  private boolean outputShut;

  UnixSocket(NetHost host) {
    super(host, SockAddr.AF_UNIX);
  }

  @Override
  public boolean datagrams() {
    return false;
  }

  @Override
  boolean listens() {
    return queue != null;
  }

  private static byte[] path(SocketAddress address) throws ErrnoException {
    if (!(address instanceof UnixDomainSocketAddress unix)) {
      throw new ErrnoException(Errno.EAFNOSUPPORT);
    }
    return unix.getPath().toString().getBytes(StandardCharsets.UTF_8);
  }

  // ---- connecting

  @Override
  public void bind(SocketAddress address) throws IOException {
    requireAlive();
    byte[] path = path(address);
    if (local != null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    SocketFile made = host.disk().makeSocket(path);
    made.own(this);
    file = made;
    local = address;
  }

  @Override
  public void listen(int connections) throws IOException {
    requireAlive();
    if (connected || local == null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    backlog = connections < 0 ? MOST_BACKLOG : Math.min(connections, MOST_BACKLOG);
    if (queue == null) {
      queue = new ArrayDeque<>();
    }
  }

  @Override
  public int connect(SocketAddress address, boolean again) throws IOException {
    requireAlive();
    waits = false;
    if (connected || queue != null) {
      throw new ErrnoException(queue != null ? Errno.EINVAL : Errno.EISCONN);
    }
    if (!(host.disk().findSocket(path(address)).owner() instanceof UnixSocket listener)
        || listener.queue == null
        || network.faults.strikes(Fault.NET_REFUSED)) {
      throw new ErrnoException(Errno.ECONNREFUSED);
    }
    if (listener.queue.size() > listener.backlog) {
      listener.waiting.add(this);
      waits = true;
      return -Errno.EAGAIN;
    }
    UnixSocket child = new UnixSocket(host);
    child.local = listener.local;
    child.options.inherit(listener.options);
    child.join(this, local == null ? UNNAMED : local);
    join(child, address);
    listener.queue.add(child);
    listener.announce(Posix.POLLIN);
    return 0;
  }

  private void tryAgain() {
    waits = false;
    announce(Posix.POLLOUT);
  }

  private void join(UnixSocket other, SocketAddress name) {
    peer = other;
    peerAddress = name;
    connected = true;
  }

  @Override
  public @Nullable SocketObject accept() throws IOException {
    requireAlive();
    ArrayDeque<UnixSocket> connections = queue;
    if (connections == null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    UnixSocket child = connections.poll();
    UnixSocket next = child == null ? null : waiting.poll();
    if (next != null) {
      next.tryAgain();
    }
    return child;
  }

  // ---- transferring

  @Override
  public int send(Buffers from, long skip, @Nullable SocketAddress to) throws IOException {
    requireAlive();
    if (!connected) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
    UnixSocket other = peer;
    if (outputShut || other == null) {
      // A pending error is for who receives.
      throw new ErrnoException(Errno.EPIPE);
    }
    throwError();
    int wanted = (int) Math.min(from.total() - skip, room(other));
    if (wanted == 0) {
      return from.total() == skip ? 0 : -Errno.EAGAIN;
    }
    int n = other.in.add(from, skip, shorter(wanted, Fault.NET_SHORT_SEND));
    other.announce(Posix.POLLIN);
    return n;
  }

  private int room(UnixSocket other) {
    return Math.max(0, options.sendBuffer - other.in.size());
  }

  @Override
  public int receive(Buffers to, long skip, int flags, @Nullable Message message)
      throws IOException {
    requireAlive();
    if (!connected) {
      // What Linux says of a local stream, other than of TCP.
      throw new ErrnoException(Errno.EINVAL);
    }
    int available = (int) Math.min(in.size(), to.total() - skip);
    if (available > 0) {
      int n = in.copyTo(to, skip, shorter(available, Fault.NET_SHORT_RECEIVE));
      if ((flags & Posix.MSG_PEEK) == 0) {
        in.remove(n);
        if (peer != null) {
          peer.announce(Posix.POLLOUT);
        }
      }
      return n;
    }
    throwError();
    return peerEnded || inputShut || to.total() == skip ? 0 : -Errno.EAGAIN;
  }

  @Override
  public void shutdown(int how) throws IOException {
    requireAlive();
    if (queue != null) {
      if (how != Posix.SHUT_WR) {
        stopListening();
        announce(ANYTHING);
      }
      return;
    }
    if (!connected) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
    boolean input = how != Posix.SHUT_WR;
    boolean output = how != Posix.SHUT_RD;
    inputShut |= input;
    outputShut |= output;
    if (peer != null) {
      peer.peerEnded |= output;
      peer.outputShut |= input;
      peer.announce(ANYTHING);
    }
    announce(ANYTHING);
  }

  @Override
  public int poll(int hint, int wanted) {
    int ready = pendingError() != 0 ? Posix.POLLERR : 0;
    if (queue != null) {
      ready |= queue.isEmpty() ? 0 : Posix.POLLIN;
    } else if (!connected) {
      ready |= waits ? 0 : Posix.POLLOUT | Posix.POLLHUP;
    } else {
      boolean noMore = peerEnded || inputShut;
      ready |= in.size() > 0 || noMore ? Posix.POLLIN : 0;
      ready |= noMore ? Posix.POLLRDHUP : 0;
      ready |= peer == null || (noMore && outputShut) ? Posix.POLLHUP : 0;
      // As Linux has it: writable while at least three quarters of the buffer are free.
      boolean writable = peer == null || 4 * peer.in.size() <= options.sendBuffer;
      ready |= writable ? Posix.POLLOUT : 0;
    }
    return ready & (wanted | Posix.POLLERR | Posix.POLLHUP);
  }

  // ---- names and end

  @Override
  public @Nullable SocketAddress localAddress() {
    return local == null ? UNNAMED : local;
  }

  @Override
  public @Nullable SocketAddress peerAddress() throws IOException {
    if (!connected) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
    return peerAddress;
  }

  private void stopListening() {
    ArrayDeque<UnixSocket> connections = queue;
    queue = null;
    if (connections != null) {
      connections.forEach(UnixSocket::close);
      waiting.forEach(UnixSocket::tryAgain);
      waiting.clear();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    host.remove(this);
    stopListening();
    if (file != null) {
      file.own(null);
    }
    UnixSocket other = peer;
    if (other != null) {
      peer = null;
      other.peer = null;
      other.peerEnded = true;
      if (in.size() > 0) {
        other.fail(Errno.ECONNRESET);
      }
      other.announce(ANYTHING);
    }
    in.clear();
    announce(ANYTHING);
  }

  @Override
  void vanish() {
    closed = true;
    announce(ANYTHING);
  }

  @Override
  public String toString() {
    return "local socket of " + host + (local == null ? "" : " at " + local);
  }
}
