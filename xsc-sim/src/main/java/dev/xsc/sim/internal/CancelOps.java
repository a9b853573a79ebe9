// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.spi.XscAbi;
import org.jspecify.annotations.Nullable;

/** {@code CANCEL}: ends requests that wait. */
final class CancelOps implements OpHandler {
  private static final int BY = XscAbi.CANCEL_FD | XscAbi.CANCEL_ANY;

  private CancelOps() {}

  static void register(OpRow[] table) {
    table[XscAbi.OP_CANCEL] =
        new OpRow(
            "CANCEL",
            OpRow.FD | OpRow.ADDR | OpRow.FIXED_TARGET,
            0,
            XscAbi.CANCEL_ALL | BY,
            new CancelOps());
  }

  @Override
  public int prepare(Request r) {
    boolean byFd = (r.opFlags & XscAbi.CANCEL_FD) != 0;
    boolean contradicts =
        (r.opFlags & BY) == BY
            || (!byFd && (r.fd != 0 || r.has(XscAbi.SQE_FIXED_FILE)))
            || ((r.opFlags & BY) != 0 && r.addr != 0);
    return contradicts ? -Errno.EINVAL : 0;
  }

  @Override
  public int issue(Engine engine, Request r) {
    OpenFile target = null;
    if ((r.opFlags & XscAbi.CANCEL_FD) != 0) {
      target = engine.registry().peek(r);
      if (target == null) {
        return -Errno.EBADF;
      }
    }
    boolean all = (r.opFlags & XscAbi.CANCEL_ALL) != 0;
    int cancelled = 0;
    boolean late = false;
    Request next = engine.firstWaiting();
    while (next != null) {
      Request candidate = next;
      next = candidate.later;
      if (!matches(r, target, candidate)) {
        continue;
      }
      int outcome = tryCancel(engine, candidate);
      if (!all) {
        return outcome;
      }
      if (outcome == 0) {
        cancelled++;
      } else {
        late = true;
      }
    }
    if (all && (cancelled > 0 || !late)) {
      return cancelled;
    }
    return late ? -Errno.EALREADY : -Errno.ENOENT;
  }

  /** Ends whatever waits and can be ended. */
  static void cancelAll(Engine engine) {
    Request next = engine.firstWaiting();
    while (next != null) {
      Request r = next;
      next = r.later;
      // One that a worker is at ends by itself, or when asked again.
      int late = tryCancel(engine, r);
      assert late == 0 || late == -Errno.EALREADY;
    }
  }

  /**
   * Has a request that waits end.
   *
   * @return 0, or {@code -EALREADY} if it can't be stopped any more
   */
  static int tryCancel(Engine engine, Request r) {
    switch (r.wait) {
      case READINESS -> {
        WaitList list = r.waitList;
        if (list != null) {
          list.waiting().remove(r);
          r.waitList = null;
          engine.host().interest(list, list.union());
        }
      }
      case TIME -> engine.timers().remove(r);
      case WORKER -> {
        Host host = engine.host();
        if (!r.withdrawWork() && !host.stopWork(r, host.now() - r.deadline)) {
          return -Errno.EALREADY;
        }
        host.workEnded(r);
      }
      case HOST -> engine.host().forget(r);
      case NOTHING -> {
        return -Errno.EALREADY;
      }
    }
    engine.endCancelled(r);
    return 0;
  }

  private static boolean matches(Request r, @Nullable OpenFile target, Request candidate) {
    if ((r.opFlags & XscAbi.CANCEL_ANY) != 0) {
      return true;
    }
    return target != null ? candidate.file == target : candidate.userData == r.addr;
  }
}
