// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A TCP socket: fresh, listening, connecting, connected or through. */
final class TcpSocket extends SimSocket {
  private static final int MOST_BACKLOG = 4096;

  /** What shows that no more input is to come. */
  private static final int END = Posix.POLLIN | Posix.POLLRDHUP;

  /** Null before it connects and while it listens. */
  private @Nullable TcpConnection connection;

  /** Connections that wait to be accepted; null unless it listens. */
  private @Nullable ArrayDeque<TcpSocket> queue;

  private int backlog;

  /** Connections that have begun and are not in the queue yet. */
  private int beginning;

  /** Whether it was bound on its own behalf, which it stays when it listens no more. */
  private boolean named;

  private boolean inputShut;
  private boolean outputShut;

  TcpSocket(NetHost host, int domain) {
    super(host, domain);
  }

  @Override
  public boolean datagrams() {
    return false;
  }

  @Override
  boolean listens() {
    return queue != null;
  }

  /** Whether nobody will read what still arrives. */
  boolean inputShut() {
    return inputShut;
  }

  void tell(int events) {
    announce(events);
  }

  // ---- listening

  @Override
  public void bind(SocketAddress address) throws IOException {
    requireAlive();
    InetSocketAddress inet = requireInet(address);
    boolean over = !named && connection != null && (connection.dead() || connection.over());
    if (over) {
      // A port that came with the connection goes with it.
      host.streams.release(this);
    } else if (local != null || connection != null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    local = host.streams.bind(this, inet);
    named = true;
  }

  @Override
  public void listen(int connections) throws IOException {
    requireAlive();
    if (connection != null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    if (local == null) {
      local = host.streams.bind(this, new InetSocketAddress(anyAddress(), 0));
    } else if (host.streams.anotherListens(this)) {
      throw new ErrnoException(Errno.EADDRINUSE);
    }
    backlog = connections < 0 ? MOST_BACKLOG : Math.min(connections, MOST_BACKLOG);
    if (queue == null) {
      queue = new ArrayDeque<>();
    }
  }

  /** Whether one more connection may begin. */
  boolean hasRoom() {
    return queue != null && queue.size() + beginning <= backlog;
  }

  /** A peer begins a connection. */
  void begin(Segment syn) {
    TcpSocket child = new TcpSocket(host, domain());
    child.options.inherit(options);
    child.local = syn.to();
    TcpConnection made = new TcpConnection(host, syn.to(), syn.from(), child);
    child.connection = made;
    beginning++;
    made.accept(syn, this);
  }

  /** A connection that began is complete. */
  void accepted(TcpSocket child) {
    beginning--;
    if (queue != null) {
      queue.add(child);
      announce(Posix.POLLIN);
    } else {
      child.abort();
    }
  }

  /** A connection that began will not be completed. */
  void abandoned() {
    beginning--;
  }

  @Override
  public @Nullable SocketObject accept() throws IOException {
    requireAlive();
    ArrayDeque<TcpSocket> waiting = queue;
    if (waiting == null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    return waiting.poll();
  }

  private void stopListening() {
    ArrayDeque<TcpSocket> waiting = queue;
    queue = null;
    if (waiting != null) {
      if (!named) {
        host.streams.release(this);
        local = null;
      }
      for (TcpSocket child : waiting) {
        child.abort();
      }
    }
  }

  private void abort() {
    closed = true;
    host.remove(this);
    if (connection != null) {
      connection.release(true);
    }
  }

  // ---- connecting

  @Override
  public int connect(SocketAddress address, boolean again) throws IOException {
    requireAlive();
    if (queue != null) {
      throw new ErrnoException(Errno.EISCONN);
    }
    InetSocketAddress to = destination(requireInet(address));
    TcpConnection present = connection;
    if (present != null && present.cameAbout()) {
      // What was connected once is not connected anew.
      if (again && present.established()) {
        return 0;
      }
      throw new ErrnoException(Errno.EISCONN);
    }
    if (present != null && !present.dead()) {
      if (again) {
        return -Errno.EAGAIN;
      }
      throw new ErrnoException(Errno.EALREADY);
    }
    if (present != null || pendingError() != 0) {
      // An attempt that failed, told once; the next call is a new one.
      int errno = takeError();
      if (again || errno != 0) {
        connection = null;
        throw new ErrnoException(errno == 0 ? Errno.ECONNABORTED : errno);
      }
    }
    return begin(to);
  }

  private int begin(InetSocketAddress to) throws ErrnoException {
    InetAddress source = host.sourceFor(to.getAddress());
    if (source == null || network.route(host, to.getAddress()) == null) {
      throw new ErrnoException(Errno.ENETUNREACH);
    }
    InetSocketAddress bound = (InetSocketAddress) local;
    if (bound == null) {
      bound = host.streams.bind(this, new InetSocketAddress(source, 0));
    } else if (bound.getAddress().isAnyLocalAddress()) {
      host.streams.release(this);
      bound = host.streams.bind(this, new InetSocketAddress(source, bound.getPort()));
    }
    local = bound;
    if (host.connection(bound, to) != null) {
      throw new ErrnoException(Errno.EADDRNOTAVAIL);
    }
    TcpConnection made = new TcpConnection(host, bound, to, this);
    connection = made;
    made.connect();
    network.drain();
    if (made.dead()) {
      connection = null;
      throw new ErrnoException(takeError());
    }
    return made.established() ? 0 : -Errno.EAGAIN;
  }

  /** The connection is no more, or has not come about. */
  void connectionBroke(int errno) {
    fail(errno);
    announce(ANYTHING);
  }

  // ---- transferring

  @Override
  public int send(Buffers from, long skip, @Nullable SocketAddress to) throws IOException {
    requireAlive();
    TcpConnection present = connection;
    if (present != null && present.connecting()) {
      return -Errno.EAGAIN;
    }
    throwError();
    if (present == null || outputShut || present.dead()) {
      throw new ErrnoException(Errno.EPIPE);
    }
    int wanted = (int) Math.min(from.total() - skip, present.room());
    if (wanted == 0) {
      return from.total() == skip ? 0 : -Errno.EAGAIN;
    }
    int n = present.write(from, skip, shorter(wanted, Fault.NET_SHORT_SEND));
    network.drain();
    return n;
  }

  @Override
  public int receive(Buffers to, long skip, int flags, @Nullable Message message)
      throws IOException {
    requireAlive();
    TcpConnection present = connection;
    if (present == null) {
      throwError();
      if (inputShut && queue == null) {
        return 0;
      }
      throw new ErrnoException(Errno.ENOTCONN);
    }
    int available = (int) Math.min(present.available(), to.total() - skip);
    if (available > 0) {
      int length = shorter(available, Fault.NET_SHORT_RECEIVE);
      int n = present.read(to, skip, length, (flags & Posix.MSG_PEEK) != 0);
      network.drain();
      return n;
    }
    if (present.peerEnded()) {
      // Even if the connection has failed since: that is for senders.
      return 0;
    }
    throwError();
    return inputShut || present.dead() || to.total() == skip ? 0 : -Errno.EAGAIN;
  }

  @Override
  public void shutdown(int how) throws IOException {
    requireAlive();
    if (queue != null) {
      if (how != Posix.SHUT_WR) {
        stopListening();
        network.drain();
        announce(ANYTHING);
      }
      return;
    }
    TcpConnection present = connection;
    if (present != null && present.connecting()) {
      giveUp(present);
      return;
    }
    boolean connected = present != null && present.established() && !present.over();
    inputShut |= how != Posix.SHUT_WR;
    outputShut |= how != Posix.SHUT_RD;
    announce(ANYTHING);
    if (present == null || !connected) {
      // Linux says so, and does it all the same.
      throw new ErrnoException(Errno.ENOTCONN);
    }
    if (how != Posix.SHUT_RD) {
      present.end();
      network.drain();
    }
  }

  /** Ends an attempt to connect; the socket is as it was before. */
  private void giveUp(TcpConnection attempt) {
    attempt.release(true);
    connection = null;
    if (!named) {
      host.streams.release(this);
      local = null;
    }
    announce(ANYTHING);
  }

  // ---- waiting

  @Override
  public int poll(int hint, int wanted) {
    return now() & (wanted | Posix.POLLERR | Posix.POLLHUP);
  }

  private int now() {
    int failed = pendingError() != 0 ? Posix.POLLERR : 0;
    if (queue != null) {
      return queue.isEmpty() ? 0 : Posix.POLLIN;
    }
    TcpConnection present = connection;
    if (present == null) {
      return failed | Posix.POLLOUT | Posix.POLLHUP | (inputShut ? END : 0);
    }
    if (present.connecting()) {
      return failed;
    }
    boolean gone = present.dead();
    boolean noMore = present.peerEnded() || inputShut || gone;
    int ready = failed;
    if (present.available() > 0) {
      ready |= Posix.POLLIN;
    }
    if (noMore) {
      ready |= END;
    }
    if (gone || (noMore && outputShut)) {
      ready |= Posix.POLLHUP;
    }
    if (gone || outputShut || present.writable()) {
      ready |= Posix.POLLOUT;
    }
    return ready;
  }

  // ---- names, options, end

  @Override
  public @Nullable SocketAddress peerAddress() throws IOException {
    TcpConnection present = connection;
    if (present == null || !present.established() || present.over()) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
    return present.remote;
  }

  @Override
  public void setOption(int level, int option, MemorySegment value) throws IOException {
    super.setOption(level, option, value);
    if (connection != null && option == Posix.SO_KEEPALIVE && level == Posix.SOL_SOCKET) {
      connection.keepAlive(options.keepAlive);
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
    host.streams.release(this);
    if (connection != null) {
      connection.release(options.linger && options.lingerSeconds == 0);
    }
    network.drain();
    announce(ANYTHING);
  }

  @Override
  void vanish() {
    closed = true;
    announce(ANYTHING);
  }

  @Override
  public String toString() {
    return "TCP socket of " + host + (local == null ? "" : " at " + local);
  }
}
