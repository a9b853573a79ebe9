// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Timespec;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Timers: by themselves, and as a bound on the entry before. */
final class TimeoutOps implements OpHandler {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private TimeoutOps() {}

  static void register(OpRow[] table) {
    TimeoutOps timer = new TimeoutOps();
    table[XscAbi.OP_TIMEOUT] = new OpRow("TIMEOUT", OpRow.ADDR, 0, XscAbi.TIMEOUT_ABS, timer);
    table[XscAbi.OP_LINK_TIMEOUT] =
        new OpRow("LINK_TIMEOUT", OpRow.ADDR, 0, XscAbi.TIMEOUT_ABS, timer);
  }

  /** Reads the time when the entry is submitted: it may change afterwards. */
  @Override
  public int prepare(Request r) {
    MemorySegment time = References.segment(r.reference, r.addr, Timespec.SIZE);
    if (time == null) {
      return -Errno.EFAULT;
    }
    long seconds = time.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    long nanos = time.get(ValueLayout.JAVA_LONG_UNALIGNED, Long.BYTES);
    if (seconds < 0 || nanos < 0 || nanos >= NANOS_PER_SECOND) {
      return -Errno.EINVAL;
    }
    boolean large = seconds > (Long.MAX_VALUE - nanos) / NANOS_PER_SECOND;
    r.nanos = large ? Long.MAX_VALUE : seconds * NANOS_PER_SECOND + nanos;
    return 0;
  }

  @Override
  public int issue(Engine engine, Request r) {
    arm(engine, r);
    r.wait = Request.Wait.TIME;
    return Request.PENDING;
  }

  /** Starts the clock. */
  static void arm(Engine engine, Request r) {
    if ((r.opFlags & XscAbi.TIMEOUT_ABS) != 0) {
      r.deadline = r.nanos;
    } else {
      long now = engine.host().now();
      r.deadline = now > Long.MAX_VALUE - r.nanos ? Long.MAX_VALUE : now + r.nanos;
    }
    engine.timers().add(r);
  }

  /** The time has come; the request is off the queue of timers. */
  static void expire(Engine engine, Request r) {
    Request victim = r.victim;
    if (victim == null) {
      engine.endTimer(r);
      return;
    }
    // Ended first, so that the victim's end does not end it as superfluous.
    r.ended = true;
    int outcome = victim.ended ? -Errno.ENOENT : CancelOps.tryCancel(engine, victim);
    engine.end(r, outcome == 0 ? -Errno.ETIME : outcome, true);
  }
}
