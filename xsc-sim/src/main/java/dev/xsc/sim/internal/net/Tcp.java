// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.SockAddr;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.net.Segment.Kind;
import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/** Brings segments from host to host, and to whom they are for. Stateless. */
final class Tcp {
  /** Most bytes of a segment between hosts: an Ethernet frame's. */
  static final int SEGMENT = 1448;

  /** The same over loopback. */
  static final int LOOPBACK_SEGMENT = 65_483;

  private Tcp() {}

  /** Sends a segment from a host to where it says. */
  static void send(NetHost from, Segment segment) {
    SimNetwork network = from.network();
    NetHost to = network.route(from, segment.to().getAddress());
    if (to != null) {
      network.link(from, to).send(segment.size(), false, () -> arrive(to, segment));
    }
  }

  private static void arrive(NetHost host, Segment segment) {
    TcpConnection connection = host.connection(segment.to(), segment.from());
    if (connection != null && connection.takes(segment)) {
      connection.arrived(segment);
      return;
    }
    if (segment.kind() == Kind.SYN) {
      if (connection != null) {
        // The other side has forgotten the old connection, or it would not begin a new one.
        connection.wasReset();
      }
      begin(host, segment);
    } else if (segment.kind() != Kind.RESET) {
      send(host, Segment.reset(segment));
    }
  }

  private static void begin(NetHost host, Segment syn) {
    TcpSocket listener = listener(host, syn);
    if (listener == null || host.network().faults.strikes(Fault.NET_REFUSED)) {
      send(host, Segment.reset(syn));
    } else if (listener.hasRoom()) {
      listener.begin(syn);
    }
    // Without room it is dropped, and sent again by the peer in a while.
  }

  private static @Nullable TcpSocket listener(NetHost host, Segment syn) {
    boolean v4 = syn.to().getAddress() instanceof Inet4Address;
    return (TcpSocket)
        host.streams.find(
            syn.to(), socket -> socket.listens() && (v4 || socket.domain() == SockAddr.AF_INET6));
  }
}
