// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.sim.internal.det.Timeline;
import dev.xsc.sim.internal.net.Segment.Kind;

/**
 * Asks the peer of an idle connection whether it is still there, as {@code SO_KEEPALIVE} wants it:
 * after two hours, then nine times every 75 seconds. One connection's.
 */
final class KeepAlive extends Timeline.Event {
  private static final long IDLE = 7_200_000_000_000L;
  private static final long INTERVAL = 75_000_000_000L;
  private static final int PROBES = 9;

  private final TcpConnection connection;
  private final Timeline time;
  private long lastHeard;
  private int probes;

  KeepAlive(TcpConnection connection, Timeline time) {
    this.connection = connection;
    this.time = time;
  }

  void set(boolean on) {
    time.cancel(this);
    probes = 0;
    if (on) {
      lastHeard = time.now();
      time.schedule(lastHeard + IDLE, this);
    }
  }

  /** Something came from the peer. */
  void heard() {
    lastHeard = time.now();
    probes = 0;
  }

  @Override
  protected void happen() {
    if (probes == 0 && time.now() < lastHeard + IDLE) {
      time.schedule(lastHeard + IDLE, this);
      return;
    }
    if (probes == PROBES) {
      connection.broken(Errno.ETIMEDOUT);
      return;
    }
    probes++;
    time.schedule(time.now() + INTERVAL, this);
    connection.host.network().run(() -> connection.sendState(Kind.PROBE));
  }
}
