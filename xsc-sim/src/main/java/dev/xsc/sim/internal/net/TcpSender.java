// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.det.Timeline;

/**
 * What one end of a TCP connection has written and the peer has not confirmed, and when it is sent
 * again. The connection's.
 */
final class TcpSender {
  /** Nanoseconds until something is sent again for the first time. */
  static final long FIRST_TIMEOUT = 200_000_000;

  private static final long MOST_TIMEOUT = 120_000_000_000L;

  /** Retries of a SYN and of anything else: {@code tcp_syn_retries}, {@code tcp_retries2}. */
  private static final int SYN_RETRIES = 6;

  private static final int RETRIES = 15;

  /** How often the peer says the same before something is sent again without a time-out. */
  private static final int REPEATS = 3;

  private final TcpConnection connection;
  private final SimNetwork network;
  private final Timeline.Event retransmit =
      new Timeline.Event() {
        @Override
        protected void happen() {
          timedOut();
        }
      };

  // Numbers of bytes: acknowledged <= sent <= written (+ 1 for the end).
  private final ByteQueue out = new ByteQueue();
  private long acknowledged;
  private long sent;
  private long everSent;
  private long written;
  private long allowed;
  private boolean ends;
  private int retries;
  private int repeats;
  private long timeout = FIRST_TIMEOUT;

  TcpSender(TcpConnection connection) {
    this.connection = connection;
    network = connection.host.network();
  }

  // ---- what is written

  /** Bytes that are kept until they are confirmed. */
  int pending() {
    return out.size();
  }

  int write(Buffers from, long skip, int most) {
    int n = out.add(from, skip, most);
    written += n;
    pump();
    return n;
  }

  /** Nothing more will be written. */
  void end() {
    ends = true;
    pump();
  }

  /** Whether nothing more will be written. */
  boolean ends() {
    return ends;
  }

  /** Whether the peer has confirmed everything, the end included. */
  boolean through() {
    return ends && acknowledged == written + 1;
  }

  // ---- what the peer says

  /** The peer has room for so many bytes from the beginning on. */
  void allow(long window) {
    allowed = window;
  }

  /** The connection has come about. */
  void begin() {
    retries = 0;
    timeout = FIRST_TIMEOUT;
    network.time.cancel(retransmit);
  }

  void acknowledge(Segment segment) {
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
      connection.tell(Posix.POLLOUT);
    }
    allowed = Math.max(allowed, segment.acknowledged() + segment.window());
    boolean again = news == 0 && segment.bytes().length == 0 && sent > acknowledged;
    if (again && ++repeats == REPEATS) {
      // What comes after has arrived, so this has been lost.
      sent = acknowledged;
    }
  }

  // ---- sending

  /** Sends what may be sent. */
  void pump() {
    if (!connection.established()) {
      return;
    }
    int most = connection.loopback() ? Tcp.LOOPBACK_SEGMENT : Tcp.SEGMENT;
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
    connection.sendData(sent, bytes, end);
    sent += length + (end ? 1 : 0);
    everSent = Math.max(everSent, sent);
  }

  /** Sends what has not been confirmed once more. */
  void again() {
    sent = acknowledged;
    if (sent < written && allowed <= sent) {
      // No window: one byte asks whether there is any by now.
      transmit(1);
    } else {
      pump();
    }
  }

  // ---- time

  /** Waits for an answer for so long before something is sent again. */
  void await(long nanos) {
    timeout = nanos;
    arm();
  }

  private void arm() {
    if (!retransmit.planned()) {
      network.time.schedule(network.time.now() + timeout, retransmit);
    }
  }

  private void timedOut() {
    if (++retries > (connection.established() ? RETRIES : SYN_RETRIES)) {
      connection.broken(Errno.ETIMEDOUT);
      return;
    }
    timeout = Math.min(2 * timeout, MOST_TIMEOUT);
    network.run(() -> {
      connection.again();
      if (!connection.dead()) {
        arm();
      }
    });
  }

  void stop() {
    network.time.cancel(retransmit);
  }
}
