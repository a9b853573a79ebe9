// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.SocketObject;
import dev.xsc.sim.internal.det.Choice;
import dev.xsc.sim.internal.det.SimPollable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** What sockets of all kinds have in common: a host, a pending error and options. */
abstract class SimSocket extends SimPollable implements SocketObject {
  static final int ANYTHING =
      Posix.POLLIN | Posix.POLLOUT | Posix.POLLERR | Posix.POLLHUP | Posix.POLLRDHUP;

  final NetHost host;
  final SimNetwork network;
  final SocketOptions options;
  private final int domain;

  /** Where it is bound; null for nowhere. */
  @Nullable SocketAddress local;

  boolean closed;
  private int error;

  SimSocket(NetHost host, int domain) {
    this.host = host;
    this.domain = domain;
    network = host.network();
    options = new SocketOptions(network.faults);
    host.add(this);
  }

  @Override
  public final int domain() {
    return domain;
  }

  // ---- errors and faults

  /** EIO if the host has crashed since, or the socket was closed. */
  final void requireAlive() throws ErrnoException {
    if (closed) {
      throw new ErrnoException(Errno.EIO);
    }
  }

  final void fail(int errno) {
    error = errno;
  }

  final int pendingError() {
    return error;
  }

  final int takeError() {
    int taken = error;
    error = 0;
    return taken;
  }

  final void throwError() throws ErrnoException {
    if (error != 0) {
      throw new ErrnoException(takeError());
    }
  }

  /** How many bytes are moved: all, but for a fault, and never none. */
  final int shorter(int length, Fault fault) {
    return length > 1 && network.faults.strikes(fault)
        ? length - (int) network.faults.choices().between(Choice.NET_LENGTH, 1, length - 1)
        : length;
  }

  // ---- addresses

  final InetSocketAddress requireInet(SocketAddress address) throws ErrnoException {
    if (!(address instanceof InetSocketAddress inet)
        || (domain == SockAddr.AF_INET && !(inet.getAddress() instanceof Inet4Address))) {
      throw new ErrnoException(Errno.EAFNOSUPPORT);
    }
    return inet;
  }

  /** Where to send to: on Linux, "any" means this host. */
  static InetSocketAddress destination(InetSocketAddress address) {
    if (!address.getAddress().isAnyLocalAddress()) {
      return address;
    }
    byte[] bytes = address.getAddress().getAddress();
    if (bytes.length == 4) {
      bytes[0] = 127;
    }
    bytes[bytes.length - 1] = 1;
    return new InetSocketAddress(ofBytes(bytes), address.getPort());
  }

  final InetAddress anyAddress() {
    return ofBytes(new byte[domain == SockAddr.AF_INET6 ? 16 : 4]);
  }

  static InetAddress ofBytes(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(bytes.length + " bytes are no address", e);
    }
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    return local;
  }

  // ---- what is alike

  @Override
  public final int read(Buffers to, long skip) throws IOException {
    return receive(to, skip, 0, null);
  }

  @Override
  public final int write(Buffers from, long skip) throws IOException {
    return send(from, skip, null);
  }

  @Override
  public void setOption(int level, int option, MemorySegment value) throws IOException {
    requireAlive();
    options.set(level, option, value, domain != SockAddr.AF_UNIX && !datagrams());
  }

  @Override
  public int getOption(int level, int option, MemorySegment value) throws IOException {
    requireAlive();
    if (level == Posix.SOL_SOCKET) {
      int known =
          switch (option) {
            case Posix.SO_ERROR -> takeError();
            case SocketOptions.SO_TYPE -> datagrams() ? Posix.SOCK_DGRAM : Posix.SOCK_STREAM;
            case SocketOptions.SO_DOMAIN -> domain;
            case SocketOptions.SO_ACCEPTCONN -> listens() ? 1 : 0;
            default -> -1;
          };
      if (known >= 0) {
        return SocketOptions.put(value, known);
      }
    }
    return options.get(level, option, value, domain != SockAddr.AF_UNIX && !datagrams());
  }

  boolean listens() {
    return false;
  }

  @Override
  public void stat(FileStat to) {
    to.mode = Posix.S_IFSOCK | 0777;
    to.blocks = 0;
  }

  /** Ends without a word to anybody: its host has crashed. */
  abstract void vanish();
}
