// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.sim.internal.det.Faults;
import dev.xsc.sim.internal.det.Timeline;
import dev.xsc.sim.internal.det.Tracer;
import dev.xsc.sim.internal.disk.SimDisk;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All hosts and the links between them.
 *
 * <h2>What is modelled</h2>
 *
 * <ul>
 *   <li>TCP down to segments: connecting with retries, a backlog, send and receive windows,
 *       retransmission with growing time-outs (200 ms to 120 s, 15 times, then ETIMEDOUT),
 *       half-close, resets, keepalive, TIME_WAIT. Loss, reordering and partitions delay a stream
 *       and never change it. No congestion control, no urgent data, no delayed acknowledgements.
 *   <li>UDP: messages that are lost, doubled, late and out of order between hosts; refusals reach
 *       connected sockets as ECONNREFUSED. No multicast or broadcast: ENETUNREACH.
 *   <li>Local stream sockets and pipes, which no fault but short transfers touches.
 *   <li>A host that crashes tells nobody: its peers find out when they next send to it and it is
 *       back, or by a time-out.
 * </ul>
 *
 * A correct program has to survive all network faults; none of them changes the bytes of a stream
 * or of a datagram.
 */
public final class SimNetwork {
  final Timeline time;
  final Faults faults;
  private final Tracer tracer;
  private final Map<String, NetHost> hosts = new LinkedHashMap<>();
  private final Map<InetAddress, NetHost> byAddress = new LinkedHashMap<>();
  private final Map<Way, Link> links = new LinkedHashMap<>();

  /** Arrivals over loopback, which happen before the call returns that sent them. */
  private final ArrayDeque<Runnable> arriving = new ArrayDeque<>();

  private boolean draining;
  private long nextToken;

  private record Way(String from, String to) {}

  /** A network without hosts. */
  public SimNetwork(Timeline time, Faults faults, Tracer tracer) {
    this.time = time;
    this.faults = faults;
    this.tracer = tracer;
  }

  // ---- hosts and links

  /**
   * Adds a host.
   *
   * @param disk where names of local sockets are; null for none, and then they cannot be bound
   * @param addresses its own besides loopback; no other host may have them
   */
  public NetHost addHost(String name, @Nullable SimDisk disk, InetAddress... addresses) {
    NetHost host = new NetHost(this, name, disk, addresses);
    if (hosts.putIfAbsent(name, host) != null) {
      throw new IllegalArgumentException("there is a host " + name + " already: use another name");
    }
    for (InetAddress address : addresses) {
      NetHost other = byAddress.putIfAbsent(address, host);
      if (other != null) {
        throw new IllegalArgumentException(
            address.getHostAddress() + " is an address of " + other + ": use another for " + name);
      }
    }
    return host;
  }

  /** All hosts in the order in which they were added. */
  public Collection<NetHost> hosts() {
    return hosts.values();
  }

  /** The host with a name, or null. */
  public @Nullable NetHost host(String name) {
    return hosts.get(name);
  }

  /** The host that an address leads to, seen from another; null for none. */
  @Nullable NetHost route(NetHost from, InetAddress to) {
    return to.isLoopbackAddress() ? from : byAddress.get(to);
  }

  /** The way from one host to another. */
  public Link link(NetHost from, NetHost to) {
    return links.computeIfAbsent(new Way(from.name(), to.name()), _ -> new Link(this, from, to));
  }

  /** Cuts two hosts off from each other, in both directions. */
  public void partition(NetHost one, NetHost other) {
    link(one, other).cut();
    link(other, one).cut();
  }

  /** Ends all partitions. */
  public void heal() {
    links.values().forEach(Link::heal);
  }

  // ---- for sockets

  /** Something that happens before the present call ends. */
  void soon(Runnable arrival) {
    arriving.add(arrival);
  }

  /** Does something, and then what arrives over loopback because of it. */
  void run(Runnable action) {
    action.run();
    drain();
  }

  /** Lets everything arrive that was sent over loopback. */
  void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      for (Runnable next = arriving.poll(); next != null; next = arriving.poll()) {
        next.run();
      }
    } finally {
      draining = false;
    }
  }

  /** A number that tells one life of a connection from another. */
  long newToken() {
    return ++nextToken;
  }

  void trace(NetHost where, String what) {
    if (tracer.on()) {
      tracer.note(where.name(), what);
    }
  }
}
