// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan.Limit;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.det.Choice;
import dev.xsc.sim.internal.det.Timeline;
import dev.xsc.sim.internal.net.Segment.Kind;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TCP connection. Lives on without its socket until the peer has everything, as in
 * Linux.
 */
final class TcpConnection {
  private static final long SECOND = 1_000_000_000L;

  /** {@code TCP_TIMEWAIT_LEN}, also the wait for a peer that does not end after our end. */
  private static final long TIME_WAIT = 60 * SECOND;

  private enum State {
    CONNECTING,
    ACCEPTING,
    ESTABLISHED,
    DEAD
  }

  final NetHost host;
  final InetSocketAddress local;
  final InetSocketAddress remote;
  final long token;
  long peerToken;
  private final SimNetwork network;
  private final Timeline.Event expiry =
      new Timeline.Event() {
        @Override
        protected void happen() {
          die();
        }
      };
  private final KeepAlive keepAlive;
  private final TcpSender sender;
  private State state;
  private boolean cameAbout;

  /** Whether the peer's end came before ours. */
  private boolean peerEndedFirst;

  /** Null once it was closed. */
  private @Nullable TcpSocket owner;

  /** Whose queue a connection goes to that is being accepted. */
  private @Nullable TcpSocket listener;

  // Receiving.
  private final ByteQueue in = new ByteQueue();
  private long received;
  private long offered;
  private boolean peerEnded;
  private boolean stalled;

  TcpConnection(NetHost host, InetSocketAddress local, InetSocketAddress remote, TcpSocket owner) {
    this.host = host;
    this.local = local;
    this.remote = remote;
    this.owner = owner;
    network = host.network();
    keepAlive = new KeepAlive(this, network.time);
    sender = new TcpSender(this);
    token = network.newToken();
    state = State.CONNECTING;
  }

  // ---- beginning

  /** Begins a connection. */
  void connect() {
    host.add(this);
    again();
    sender.await(SECOND);
  }

  /** Takes up a connection that a peer began. */
  void accept(Segment syn, TcpSocket toListener) {
    state = State.ACCEPTING;
    listener = toListener;
    peerToken = syn.fromToken();
    sender.allow(syn.window());
    host.add(this);
    again();
    sender.await(TcpSender.FIRST_TIMEOUT);
  }

  /** Whether both ends are on one host. */
  boolean loopback() {
    return network.route(host, remote.getAddress()) == host;
  }

  boolean connecting() {
    return state == State.CONNECTING;
  }

  boolean established() {
    return state == State.ESTABLISHED;
  }

  /** Whether it was established at some time. */
  boolean cameAbout() {
    return cameAbout;
  }

  boolean dead() {
    return state == State.DEAD;
  }

  // ---- what the socket does

  /** Room for bytes to send. */
  int room() {
    return owner == null ? 0 : Math.max(0, owner.options.sendBuffer - sender.pending());
  }

  boolean writable() {
    return room() >= sender.pending() / 2 && room() > 0;
  }

  int write(Buffers from, long skip, int most) {
    return sender.write(from, skip, most);
  }

  int available() {
    return in.size();
  }

  boolean peerEnded() {
    return peerEnded;
  }

  int read(Buffers to, long skip, int most, boolean peek) {
    int n = in.copyTo(to, skip, most);
    if (!peek) {
      in.remove(n);
      updateWindow();
    }
    return n;
  }

  /** Both ends have said that they are done, and know it of each other. */
  boolean over() {
    return peerEnded && sender.through();
  }

  /** No more bytes will be written. */
  void end() {
    if (!sender.ends() && state == State.ESTABLISHED) {
      peerEndedFirst = peerEnded;
      sender.end();
    }
  }

  /** The socket lets go; the peer still gets what was written, unless bytes were left unread. */
  void release(boolean abort) {
    owner = null;
    if (state == State.DEAD) {
      return;
    }
    boolean unread = in.size() > 0 && !over();
    if (state != State.ESTABLISHED || unread || abort) {
      if (state != State.CONNECTING) {
        sendState(Kind.RESET);
      }
      die();
      return;
    }
    end();
    mayFinish();
  }

  void keepAlive(boolean on) {
    keepAlive.set(on && state == State.ESTABLISHED);
  }

  // ---- segments that arrive

  /** Whether a segment belongs to this life of the connection. */
  boolean takes(Segment segment) {
    if (segment.kind() == Kind.SYN) {
      return segment.fromToken() == peerToken;
    }
    return segment.toToken() == token && (peerToken == 0 || segment.fromToken() == peerToken);
  }

  void arrived(Segment segment) {
    keepAlive.heard();
    switch (segment.kind()) {
      case SYN -> sendState(Kind.SYN_ACK);
      case SYN_ACK -> connected(segment);
      case RESET -> wasReset();
      case PROBE -> sendState(Kind.DATA);
      case DATA -> data(segment);
    }
  }

  private void connected(Segment segment) {
    if (state == State.CONNECTING) {
      peerToken = segment.fromToken();
      establish();
      sender.allow(segment.window());
      tell(Posix.POLLOUT);
    }
    sendState(Kind.DATA);
  }

  private void establish() {
    state = State.ESTABLISHED;
    cameAbout = true;
    sender.begin();
    if (owner != null) {
      keepAlive(owner.options.keepAlive);
    }
  }

  private void data(Segment segment) {
    if (state == State.CONNECTING) {
      return;
    }
    if (state == State.ACCEPTING) {
      TcpSocket waiting = listener;
      establish();
      listener = null;
      if (waiting != null && owner != null) {
        waiting.accepted(owner);
      }
    }
    if (network.faults.strikes(Fault.NET_RESET)) {
      sendState(Kind.RESET);
      wasReset();
      return;
    }
    if (network.faults.strikes(Fault.NET_HALF_OPEN)) {
      // Gone here, and the peer does not know: it hears of it when it next sends.
      wasReset();
      return;
    }
    sender.acknowledge(segment);
    if (state != State.DEAD && (segment.bytes().length > 0 || segment.end())) {
      take(segment);
    }
    if (state != State.DEAD) {
      sender.pump();
      mayFinish();
    }
  }

  private void take(Segment segment) {
    long skip = received - segment.number();
    int length = segment.bytes().length;
    if (skip < 0) {
      // Something before it is missing: the peer sends it all again in a while.
      sendState(Kind.DATA);
      return;
    }
    int fresh = peerEnded ? 0 : (int) Math.max(0, length - skip);
    if (fresh > 0 && owner == null) {
      // Nobody is there to read it.
      sendState(Kind.RESET);
      die();
      return;
    }
    if (fresh > 0 && sender.ends() && owner != null && owner.inputShut()) {
      // Both directions are shut: nobody will ever read it.
      sendState(Kind.RESET);
      broken(Errno.ECONNRESET);
      return;
    }
    int n = Math.min(fresh, space());
    if (n > 0) {
      in.add(segment.bytes(), length - fresh, n);
      received += n;
      tell(Posix.POLLIN);
    }
    if (segment.end() && !peerEnded && received == segment.number() + length) {
      received++;
      peerEnded = true;
      tell(Posix.POLLIN | Posix.POLLRDHUP | (sender.ends() ? Posix.POLLHUP : 0));
    }
    if (network.faults.strikes(Fault.NET_SLOW_READER)) {
      stall();
    }
    sendState(Kind.DATA);
  }

  /** The peer has no such connection, or has broken it off. */
  void wasReset() {
    int errno =
        state == State.CONNECTING
            ? Errno.ECONNREFUSED
            : peerEnded && !sender.ends() ? Errno.EPIPE : Errno.ECONNRESET;
    broken(errno);
  }

  void broken(int errno) {
    if (state == State.DEAD) {
      return;
    }
    network.trace(host, this + " broken: " + Errno.name(errno));
    TcpSocket told = owner;
    boolean visible = state != State.ACCEPTING;
    die();
    if (told != null && visible) {
      told.connectionBroke(errno);
    }
  }

  // ---- windows

  private int space() {
    return owner == null ? 0 : Math.max(0, owner.options.receiveBuffer - in.size());
  }

  private long window() {
    return stalled ? 0 : space();
  }

  /** Tells the peer of room that reading has made, if that is worth a segment. */
  private void updateWindow() {
    if (state == State.ESTABLISHED && owner != null && !peerEnded) {
      long more = received + window() - offered;
      if (more >= Math.min(owner.options.receiveBuffer / 2, 2 * Tcp.SEGMENT)) {
        sendState(Kind.DATA);
      }
    }
  }

  /** Takes nothing from the network for a while. */
  private void stall() {
    if (!stalled) {
      stalled = true;
      long least = network.faults.limit(Limit.LINK_DELAY_MOST);
      long most = network.faults.limit(Limit.LINK_DELAY_TAIL);
      long until =
          network.time.now() + network.faults.choices().between(Choice.NET_DELAY, least, most);
      network.time.schedule(
          until,
          () -> {
            stalled = false;
            network.run(this::updateWindow);
          });
    }
  }

  // ---- sending

  /** Sends a segment without bytes, which says how far this end is. */
  void sendState(Kind kind) {
    offered = Math.max(offered, received + window());
    send(Segment.bare(kind, this, received, window()));
  }

  /** Sends bytes of the stream, and how far this end is. */
  void sendData(long number, byte[] bytes, boolean end) {
    offered = Math.max(offered, received + window());
    send(
        new Segment(
            Kind.DATA, local, remote, token, peerToken, number, bytes, end, received, window()));
  }

  private void send(Segment segment) {
    Tcp.send(host, segment);
  }

  /** Sends once more what should have been answered. */
  void again() {
    switch (state) {
      case CONNECTING -> send(Segment.bare(Kind.SYN, this, 0, window()));
      case ACCEPTING -> sendState(Kind.SYN_ACK);
      case ESTABLISHED -> sender.again();
      case DEAD -> {}
    }
  }

  // ---- ending

  /** Ends a connection that has no socket any more, when both sides are through. */
  private void mayFinish() {
    if (owner != null || !sender.through() || state == State.DEAD) {
      return;
    }
    if (!peerEnded) {
      if (!expiry.planned()) {
        network.time.schedule(network.time.now() + TIME_WAIT, expiry);
      }
      return;
    }
    if (!peerEndedFirst) {
      host.streams.linger(local.getPort(), network.time.now() + TIME_WAIT);
    }
    die();
  }

  void die() {
    state = State.DEAD;
    stopTimers();
    host.remove(this);
    TcpSocket waiting = listener;
    if (waiting != null) {
      listener = null;
      waiting.abandoned();
      if (owner != null) {
        host.remove(owner);
      }
    }
  }

  void stopTimers() {
    sender.stop();
    network.time.cancel(expiry);
    keepAlive.set(false);
  }

  /** Tells the socket of events, if the connection is one that it can see. */
  void tell(int events) {
    if (owner != null && state != State.ACCEPTING) {
      owner.tell(events);
    }
  }

  @Override
  public String toString() {
    return "TCP " + local + " to " + remote + ", " + state;
  }
}
