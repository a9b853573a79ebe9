// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.xsc.ring.Errno;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A UDP socket. */
final class UdpSocket extends SimSocket {
  /** IPv4 and UDP headers. */
  private static final int HEADERS = 28;

  private static final int LARGEST = 65_507;

  /** What a waiting message costs of the buffer besides its bytes. */
  private static final int OVERHEAD = 256;

  private final ArrayDeque<Datagram> queue = new ArrayDeque<>();
  private int queued;
  private @Nullable InetSocketAddress peer;
  private boolean inputShut;
  private boolean outputShut;

  @SuppressWarnings("ArrayRecordComponent") // Datagrams are never compared.
  private record Datagram(InetSocketAddress from, byte[] bytes) {}

  UdpSocket(NetHost host, int domain) {
    super(host, domain);
  }

  @Override
  public boolean datagrams() {
    return true;
  }

  @Override
  public void bind(SocketAddress address) throws IOException {
    requireAlive();
    InetSocketAddress inet = requireInet(address);
    if (local != null) {
      throw new ErrnoException(Errno.EINVAL);
    }
    local = host.datagrams.bind(this, inet);
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
  public int connect(SocketAddress address, boolean again) throws IOException {
    requireAlive();
    InetSocketAddress to = destination(requireInet(address));
    InetAddress source = requireRoute(to);
    if (local == null) {
      local = host.datagrams.bind(this, new InetSocketAddress(source, 0));
    } else if (local instanceof InetSocketAddress bound && bound.getAddress().isAnyLocalAddress()) {
      host.datagrams.release(this);
      local = host.datagrams.bind(this, new InetSocketAddress(source, bound.getPort()));
    }
    peer = to;
    return 0;
  }

  // ---- sending

  @Override
  public int send(Buffers from, long skip, @Nullable SocketAddress to) throws IOException {
    requireAlive();
    if (local == null) {
      // Even if nothing will be sent.
      local = host.datagrams.bind(this, new InetSocketAddress(anyAddress(), 0));
    }
    InetSocketAddress target = to == null ? peer : destination(requireInet(to));
    if (target == null) {
      return -Errno.EDESTADDRREQ;
    }
    if (from.total() > LARGEST) {
      return -Errno.EMSGSIZE;
    }
    if (target.getPort() == 0) {
      return -Errno.EINVAL;
    }
    InetAddress source = requireRoute(target);
    NetHost other = network.route(host, target.getAddress());
    if (other == null) {
      throw new ErrnoException(Errno.ENETUNREACH);
    }
    Link link = network.link(host, other);
    int length = (int) from.total();
    if (length + HEADERS > link.mtu()) {
      return -Errno.EMSGSIZE;
    }
    throwError();
    if (outputShut) {
      throw new ErrnoException(Errno.EPIPE);
    }
    byte[] bytes = gather(from);
    InetSocketAddress bound = (InetSocketAddress) local;
    InetSocketAddress sender =
        bound.getAddress().isAnyLocalAddress()
            ? new InetSocketAddress(source, bound.getPort())
            : bound;
    link.send(length + HEADERS, true, () -> arrive(other, sender, target, bytes));
    network.drain();
    return length;
  }

  /** Where packets come from, seen from there; checks that there is a way. */
  private InetAddress requireRoute(InetSocketAddress to) throws ErrnoException {
    InetAddress address = to.getAddress();
    if (isBroadcast(address)) {
      throw new ErrnoException(options.broadcast ? Errno.ENETUNREACH : Errno.EACCES);
    }
    InetAddress source = host.sourceFor(address);
    if (address.isMulticastAddress() || source == null || network.route(host, address) == null) {
      throw new ErrnoException(Errno.ENETUNREACH);
    }
    return source;
  }

  /** 255.255.255.255, and the loopback network's. */
  private static boolean isBroadcast(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean ones = bytes.length == 4;
    for (int i = 1; i < bytes.length && ones; i++) {
      ones = bytes[i] == -1;
    }
    return ones && (bytes[0] == -1 || bytes[0] == 127);
  }

  private static byte[] gather(Buffers from) {
    byte[] bytes = new byte[(int) from.total()];
    int at = 0;
    for (int i = 0; i < from.count(); i++) {
      MemorySegment part = from.part(i);
      MemorySegment.copy(part, JAVA_BYTE, 0, bytes, at, (int) part.byteSize());
      at += (int) part.byteSize();
    }
    return bytes;
  }

  // ---- arriving

  private static void arrive(
      NetHost host, InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
    boolean v4 = to.getAddress() instanceof Inet4Address;
    SimSocket found =
        host.datagrams.find(
            to,
            socket ->
                (v4 || socket.domain() == SockAddr.AF_INET6) && ((UdpSocket) socket).hears(from));
    if (found instanceof UdpSocket socket) {
      socket.take(new Datagram(from, bytes));
      return;
    }
    NetHost sender = host.network().route(host, from.getAddress());
    if (sender != null) {
      host.network().link(host, sender).send(HEADERS + 8, false, () -> refused(sender, from, to));
    }
  }

  /** Whether messages from there are for this socket. */
  private boolean hears(InetSocketAddress from) {
    return peer == null || peer.equals(from);
  }

  private void take(Datagram datagram) {
    int cost = datagram.bytes.length + OVERHEAD;
    if (queued + cost > options.receiveBuffer) {
      network.trace(host, "datagram dropped: no room");
      return;
    }
    queue.add(datagram);
    queued += cost;
    announce(Posix.POLLIN);
  }

  /** Word of a port without a socket: told to those who are connected to it. */
  private static void refused(NetHost host, InetSocketAddress sender, InetSocketAddress target) {
    SimSocket found =
        host.datagrams.find(sender, socket -> target.equals(((UdpSocket) socket).peer));
    if (found instanceof UdpSocket socket) {
      socket.fail(Errno.ECONNREFUSED);
      socket.announce(ANYTHING);
    }
  }

  // ---- receiving

  @Override
  public int receive(Buffers to, long skip, int flags, @Nullable Message message)
      throws IOException {
    requireAlive();
    throwError();
    Datagram datagram = queue.peek();
    if (datagram == null) {
      // Only who would wait is told that nothing is to come.
      boolean waits = (flags & Posix.MSG_DONTWAIT) == 0;
      return inputShut && waits ? 0 : -Errno.EAGAIN;
    }
    int copied = to.fill(MemorySegment.ofArray(datagram.bytes), 0);
    boolean cut = copied < datagram.bytes.length;
    if (message != null) {
      message.from = datagram.from;
      message.truncated = cut;
    }
    if ((flags & Posix.MSG_PEEK) == 0) {
      queue.remove();
      queued -= datagram.bytes.length + OVERHEAD;
    }
    return cut && (flags & MsgHdr.MSG_TRUNC) != 0 ? datagram.bytes.length : copied;
  }

  @Override
  public void shutdown(int how) throws IOException {
    requireAlive();
    inputShut |= how != Posix.SHUT_WR;
    outputShut |= how != Posix.SHUT_RD;
    announce(ANYTHING);
    if (peer == null) {
      // Linux says so, and does it all the same.
      throw new ErrnoException(Errno.ENOTCONN);
    }
  }

  @Override
  public int poll(int hint, int wanted) {
    int ready = Posix.POLLOUT;
    if (pendingError() != 0) {
      ready |= Posix.POLLERR;
    }
    if (!queue.isEmpty() || inputShut) {
      ready |= Posix.POLLIN;
    }
    if (inputShut) {
      ready |= Posix.POLLRDHUP | (outputShut ? Posix.POLLHUP : 0);
    }
    return ready & (wanted | Posix.POLLERR | Posix.POLLHUP);
  }

  @Override
  public @Nullable SocketAddress peerAddress() throws IOException {
    if (peer == null) {
      throw new ErrnoException(Errno.ENOTCONN);
    }
    return peer;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      host.datagrams.release(this);
      host.remove(this);
      queue.clear();
      announce(ANYTHING);
    }
  }

  @Override
  void vanish() {
    closed = true;
    announce(ANYTHING);
  }

  @Override
  public String toString() {
    return "UDP socket of " + host + (local == null ? "" : " at " + local);
  }
}
