// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.det.Choice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ports of one protocol on one host: who is bound where. */
final class Ports {
  // net.ipv4.ip_local_port_range as Linux sets it
  private static final int FIRST_EPHEMERAL = 32_768;
  private static final int EPHEMERAL = 60_999 - FIRST_EPHEMERAL + 1;

  private final NetHost host;

  /** By port; looked up, never gone through. */
  private final Map<Integer, List<SimSocket>> bound = new HashMap<>();

  /** Until when ports are kept after a connection. */
  private final Map<Integer, Long> lingering = new HashMap<>();

  Ports(NetHost host) {
    this.host = host;
  }

  /** Binds a socket; a port of 0 gives it one that is free. The address that it has then. */
  InetSocketAddress bind(SimSocket socket, InetSocketAddress wanted) throws ErrnoException {
    InetAddress address = wanted.getAddress();
    if (!address.isAnyLocalAddress() && !host.owns(address)) {
      throw new ErrnoException(Errno.EADDRNOTAVAIL);
    }
    int port = wanted.getPort();
    if (port == 0) {
      port = free(socket, address);
    } else if (!allowed(socket, address, port)) {
      throw new ErrnoException(Errno.EADDRINUSE);
    }
    bound.computeIfAbsent(port, _ -> new ArrayList<>(1)).add(socket);
    return new InetSocketAddress(address, port);
  }

  private int free(SimSocket socket, InetAddress address) throws ErrnoException {
    int start = host.network().faults.choices().pick(Choice.NET_ADDRESS, EPHEMERAL);
    for (int i = 0; i < EPHEMERAL; i++) {
      int port = FIRST_EPHEMERAL + (start + i) % EPHEMERAL;
      if (!bound.containsKey(port) && allowed(socket, address, port)) {
        return port;
      }
    }
    throw new ErrnoException(Errno.EADDRINUSE);
  }

  private boolean allowed(SimSocket socket, InetAddress address, int port) {
    boolean reuse = socket.options.reuseAddress;
    if (!reuse && !socket.datagrams()) {
      long kept = lingering.getOrDefault(port, Long.MIN_VALUE);
      if (kept > host.network().time.now() || (!bound.containsKey(port) && host.connected(port))) {
        return false;
      }
    }
    for (SimSocket other : bound.getOrDefault(port, List.of())) {
      boolean shared =
          (socket.options.reusePort && other.options.reusePort)
              || (reuse && other.options.reuseAddress && !other.listens());
      if (!shared && overlap(address, address(other))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a bound socket cannot listen because another one does at its address. */
  @SuppressWarnings("ReferenceEquality") // a socket is its identity
  boolean anotherListens(SimSocket socket) {
    InetSocketAddress local = (InetSocketAddress) Objects.requireNonNull(socket.local);
    for (SimSocket other : bound.getOrDefault(local.getPort(), List.of())) {
      boolean shared = socket.options.reusePort && other.options.reusePort;
      if (other != socket
          && other.listens()
          && !shared
          && overlap(local.getAddress(), address(other))) {
        return true;
      }
    }
    return false;
  }

  private static boolean overlap(InetAddress one, InetAddress other) {
    return one.isAnyLocalAddress() || other.isAnyLocalAddress() || one.equals(other);
  }

  private static InetAddress address(SimSocket socket) {
    return ((InetSocketAddress) Objects.requireNonNull(socket.local)).getAddress();
  }

  /** Frees a port. */
  void release(SimSocket socket) {
    if (socket.local instanceof InetSocketAddress inet) {
      List<SimSocket> sockets = bound.get(inet.getPort());
      if (sockets != null && sockets.remove(socket) && sockets.isEmpty()) {
        bound.remove(inet.getPort());
      }
    }
  }

  /** Keeps a port for a while, as TIME_WAIT does. */
  void linger(int port, long until) {
    lingering.merge(port, until, Math::max);
  }

  /** Who gets what is sent to an address: the one bound most closely, the first of several. */
  @Nullable SimSocket find(InetSocketAddress to, Test test) {
    SimSocket any = null;
    for (SimSocket socket : bound.getOrDefault(to.getPort(), List.of())) {
      if (test.accepts(socket)) {
        InetAddress address = address(socket);
        if (address.equals(to.getAddress())) {
          return socket;
        }
        if (any == null && address.isAnyLocalAddress()) {
          any = socket;
        }
      }
    }
    return any;
  }

  /** Which sockets come into question. */
  interface Test {
    boolean accepts(SimSocket socket);
  }

  void clear() {
    bound.clear();
    lingering.clear();
  }
}
