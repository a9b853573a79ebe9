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
  private static final long FIRST_TIMEOUT = SECOND / 5;
  private static final long MOST_TIMEOUT = 120 * SECOND;

  /** Retries of a SYN and of anything else: {@code tcp_syn_retries}, {@code tcp_retries2}. */
  private static final int SYN_RETRIES = 6;

  private static final int RETRIES = 15;

  /** How often the peer says the same before something is sent again without a time-out. */
  private static final int REPEATS = 3;

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
  private final Timeline.Event retransmit = new Action(this::timedOut);
  private final Timeline.Event expiry = new Action(this::die);
  private final KeepAlive keepAlive;
  private State state;

  /** Null once it was closed. */
  private @Nullable TcpSocket owner;

  /** Whose queue a connection goes to that is being accepted. */
  private @Nullable TcpSocket listener;

  // Sending. Numbers of bytes: acknowledged <= sent <= written (+ 1 for the end).
  private final ByteQueue out = new ByteQueue();
  private long acknowledged;
  private long sent;
  private long everSent;
  private long written;
  private long allowed;
  private boolean ends;
  private boolean peerEndedFirst;
  private int retries;
  private int repeats;
  private long timeout = FIRST_TIMEOUT;

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
    token = network.newToken();
    state = State.CONNECTING;
  }

  /** An event made of a method. */
  private static final class Action extends Timeline.Event {
    private final Runnable what;

    Action(Runnable what) {
      this.what = what;
    }

    @Override
    protected void happen() {
      what.run();
    }
  }

  // ---- beginning

  /** Begins a connection. */
  void connect() {
    host.add(this);
    timeout = SECOND;
    send(Segment.bare(Kind.SYN, this, 0, window()));
    arm();
  }

  /** Takes up a connection that a peer began. */
  void accept(Segment syn, TcpSocket toListener) {
    state = State.ACCEPTING;
    listener = toListener;
    peerToken = syn.fromToken();
    allowed = syn.window();
    host.add(this);
    sendState(Kind.SYN_ACK);
    arm();
  }

  boolean connecting() {
    return state == State.CONNECTING;
  }

  boolean established() {
    return state == State.ESTABLISHED;
  }

  boolean dead() {
    return state == State.DEAD;
  }

  // ---- what the socket does

  /** Room for bytes to send. */
  int room() {
    return owner == null ? 0 : Math.max(0, owner.options.sendBuffer - out.size());
  }

  boolean writable() {
    return room() >= out.size() / 2 && room() > 0;
  }

  int write(Buffers from, long skip, int most) {
    int n = out.add(from, skip, most);
    written += n;
    pump();
    return n;
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

  /** No more bytes will be written. */
  void end() {
    if (!ends && state == State.ESTABLISHED) {
      ends = true;
      peerEndedFirst = peerEnded;
      pump();
    }
  }

  /** The socket lets go; the peer still gets what was written, unless bytes were left unread. */
  void release(boolean abort) {
    owner = null;
    if (state == State.DEAD) {
      return;
    }
    if (state != State.ESTABLISHED || in.size() > 0 || abort) {
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
      allowed = segment.window();
      tell(Posix.POLLOUT);
    }
    sendState(Kind.DATA);
  }

  private void establish() {
    state = State.ESTABLISHED;
    retries = 0;
    timeout = FIRST_TIMEOUT;
    network.time.cancel(retransmit);
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
    acknowledge(segment);
    if (state != State.DEAD && (segment.bytes().length > 0 || segment.end())) {
      take(segment);
    }
    if (state != State.DEAD) {
      pump();
      mayFinish();
    }
  }

  private void acknowledge(Segment segment) {
    long news = Math.min(segment.acknowledged(), everSent) - acknowledged;
    if (news > 0 || segment.window() == 0) {
      // Progress, or a peer that is there and has no room.
      retries = 0;
      timeout = FIRST_TIMEOUT;
    }
    if (news > 0) {
      out.remove((int) Math.min(news, out.size()));
      acknowledged += news;
      sent = Math.max(sent, acknowledged);
      repeats = 0;
      network.time.cancel(retransmit);
      tell(Posix.POLLOUT);
    }
    allowed = Math.max(allowed, segment.acknowledged() + segment.window());
    boolean again = news == 0 && segment.bytes().length == 0 && sent > acknowledged;
    if (again && ++repeats == REPEATS) {
      // What comes after has arrived, so this has been lost.
      sent = acknowledged;
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
    int n = Math.min(fresh, space());
    if (n > 0) {
      in.add(segment.bytes(), length - fresh, n);
      received += n;
      tell(Posix.POLLIN);
    }
    if (segment.end() && !peerEnded && received == segment.number() + length) {
      received++;
      peerEnded = true;
      tell(Posix.POLLIN | Posix.POLLRDHUP | (ends ? Posix.POLLHUP : 0));
    }
    if (network.faults.strikes(Fault.NET_SLOW_READER)) {
      stall();
    }
    sendState(Kind.DATA);
  }

  /** The peer has no such connection, or has broken it off. */
  void wasReset() {
    int errno =
        state == State.CONNECTING ? Errno.ECONNREFUSED : peerEnded ? Errno.EPIPE : Errno.ECONNRESET;
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

  /** Sends what may be sent. */
  private void pump() {
    if (state != State.ESTABLISHED) {
      return;
    }
    int most =
        network.route(host, remote.getAddress()) == host ? Tcp.LOOPBACK_SEGMENT : Tcp.SEGMENT;
    while (sent < written && sent < allowed) {
      transmit((int) Math.min(Math.min(most, written - sent), allowed - sent));
    }
    if (ends && sent == written) {
      transmit(0);
    }
    if (outstanding()) {
      arm();
    }
  }

  /** Whether an answer is owed, or must be asked for because there is no window. */
  private boolean outstanding() {
    return acknowledged < written + (ends ? 1 : 0);
  }

  private void transmit(int length) {
    byte[] bytes = out.peek((int) (sent - acknowledged), length);
    boolean end = ends && sent + length == written;
    offered = Math.max(offered, received + window());
    send(
        new Segment(
            Kind.DATA, local, remote, token, peerToken, sent, bytes, end, received, window()));
    sent += length + (end ? 1 : 0);
    everSent = Math.max(everSent, sent);
  }

  /** Sends a segment without bytes, which says how far this end is. */
  void sendState(Kind kind) {
    offered = Math.max(offered, received + window());
    send(Segment.bare(kind, this, received, window()));
  }

  private void send(Segment segment) {
    Tcp.send(host, segment);
  }

  private void arm() {
    if (!retransmit.planned()) {
      network.time.schedule(network.time.now() + timeout, retransmit);
    }
  }

  private void timedOut() {
    if (++retries > (state == State.ESTABLISHED ? RETRIES : SYN_RETRIES)) {
      broken(Errno.ETIMEDOUT);
      return;
    }
    timeout = Math.min(2 * timeout, MOST_TIMEOUT);
    network.run(this::again);
  }

  private void again() {
    switch (state) {
      case CONNECTING -> send(Segment.bare(Kind.SYN, this, 0, window()));
      case ACCEPTING -> sendState(Kind.SYN_ACK);
      case ESTABLISHED -> {
        sent = acknowledged;
        if (sent < written && allowed <= sent) {
          // No window: one byte asks whether there is any by now.
          transmit(1);
        } else {
          pump();
        }
      }
      case DEAD -> {}
    }
    if (state != State.DEAD) {
      arm();
    }
  }

  // ---- ending

  /** Ends a connection that has no socket any more, when both sides are through. */
  private void mayFinish() {
    boolean through = ends && acknowledged == written + 1;
    if (owner != null || !through || state == State.DEAD) {
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
    network.time.cancel(retransmit);
    network.time.cancel(expiry);
    keepAlive.set(false);
  }

  private void tell(int events) {
    if (owner != null && state != State.ACCEPTING) {
      owner.tell(events);
    }
  }

  @Override
  public String toString() {
    return "TCP " + local + " to " + remote + ", " + state;
  }
}
