// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan.Limit;
import dev.xsc.sim.internal.det.Choice;
import dev.xsc.sim.internal.det.Faults;

/**
 * The way from one host to another; the way back is another link. Packets keep their order unless a
 * fault changes it.
 *
 * <p>A host's way to itself is instant and loses nothing, as on Linux: what is sent over loopback
 * has arrived when the call returns.
 */
public final class Link {
  /** A second in nanoseconds. */
  private static final long SECOND = 1_000_000_000L;

  private static final int LARGEST_PACKET = 65_535;

  private final SimNetwork network;
  private final NetHost from;
  private final NetHost to;
  private long delayLeast = -1;
  private long delayMost = -1;
  private long bandwidth = -1;
  private double loss;
  private int mtu = LARGEST_PACKET;
  private boolean cut;
  private long brokenUntil;
  private long busyUntil;
  private long lastArrival;

  Link(SimNetwork network, NetHost from, NetHost to) {
    this.network = network;
    this.from = from;
    this.to = to;
  }

  // ---- what kind of link

  /** Sets how long packets take, in nanoseconds; else the fault plan's limits hold. */
  public Link delay(long least, long most) {
    delayLeast = least;
    delayMost = most;
    return this;
  }

  /** Sets bytes per second; 0 for no limit; else the fault plan's limit holds. */
  public Link bandwidth(long bytesPerSecond) {
    bandwidth = bytesPerSecond;
    return this;
  }

  /** Sets how likely a packet is lost on this link, besides {@link Fault#NET_LOSS}. */
  public Link loss(double probability) {
    loss = probability;
    return this;
  }

  /** Sets the most bytes of an IP packet: 576 to 65535. Longer datagrams are EMSGSIZE. */
  public Link mtu(int bytes) {
    if (bytes < 576 || bytes > LARGEST_PACKET) {
      throw new IllegalArgumentException("MTU of " + bytes + " bytes: use 576 to 65535");
    }
    mtu = bytes;
    return this;
  }

  int mtu() {
    return mtu;
  }

  // ---- partitions

  /** Loses all packets from now on, those under way included. */
  public void cut() {
    cut = true;
  }

  /** Ends {@link #cut()}, and what a fault has done like it. */
  public void heal() {
    cut = false;
    brokenUntil = 0;
  }

  /** Whether packets get through now. */
  public boolean open() {
    return !cut && network.time.now() >= brokenUntil;
  }

  // ---- packets

  boolean isLoopback() {
    return from == to;
  }

  /** Sends a packet: {@code arrival} happens at the other end, or never, or twice. */
  void send(int bytes, boolean datagram, Runnable arrival) {
    if (isLoopback()) {
      network.soon(() -> arrive(arrival));
      return;
    }
    Faults faults = network.faults;
    mayBreak(faults);
    if (!open() || faults.strikes(Fault.NET_LOSS) || lossStrikes()) {
      network.trace(from, "packet to " + to + " lost");
      return;
    }
    schedule(bytes, faults, arrival);
    if (datagram && faults.strikes(Fault.NET_DUPLICATE)) {
      schedule(bytes, faults, arrival);
    }
  }

  private boolean lossStrikes() {
    return network.faults.choices().happens(Choice.NET_DELAY, loss);
  }

  private void schedule(int bytes, Faults faults, Runnable arrival) {
    long now = network.time.now();
    long rate = bandwidth >= 0 ? bandwidth : faults.limit(Limit.LINK_BANDWIDTH);
    if (rate > 0) {
      busyUntil = Math.max(now, busyUntil) + bytes * SECOND / rate;
    }
    long least = delayLeast >= 0 ? delayLeast : faults.limit(Limit.LINK_DELAY_LEAST);
    long most = delayMost >= 0 ? delayMost : faults.limit(Limit.LINK_DELAY_MOST);
    long tail = faults.limit(Limit.LINK_DELAY_TAIL);
    boolean slow = faults.strikes(Fault.NET_SLOW);
    long delay =
        faults.choices().between(Choice.NET_DELAY, slow ? most : least, slow ? tail : most);
    long arrives = Math.max(now, busyUntil) + delay;
    if (faults.strikes(Fault.NET_REORDER)) {
      // Falls behind those that follow, which do not wait for it.
      arrives += faults.choices().between(Choice.NET_DELAY, 0, 4 * Math.max(1, most));
    } else {
      // Not at the same moment, of which any order would do.
      arrives = Math.max(arrives, lastArrival + 1);
      lastArrival = arrives;
    }
    network.time.schedule(arrives, () -> network.run(() -> arrive(arrival)));
  }

  private void arrive(Runnable arrival) {
    if (open() && to.up()) {
      arrival.run();
    }
  }

  private void mayBreak(Faults faults) {
    boolean both = faults.strikes(Fault.NET_PARTITION);
    if (both || faults.strikes(Fault.NET_ONE_WAY_PARTITION)) {
      long until =
          network.time.now()
              + faults
                  .choices()
                  .between(Choice.NET_PARTITION, 1, faults.limit(Limit.PARTITION_MOST));
      brokenUntil = Math.max(brokenUntil, until);
      network.trace(from, "cut off from " + to + " until " + until);
      if (both) {
        Link back = network.link(to, from);
        back.brokenUntil = Math.max(back.brokenUntil, until);
      }
    }
  }

  @Override
  public String toString() {
    return from + " -> " + to + (open() ? "" : " (cut)");
  }
}
