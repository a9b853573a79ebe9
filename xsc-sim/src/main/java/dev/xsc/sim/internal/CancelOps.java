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
      int outcome = engine.tryCancel(candidate);
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

  private static boolean matches(Request r, @Nullable OpenFile target, Request candidate) {
    if ((r.opFlags & XscAbi.CANCEL_ANY) != 0) {
      return true;
    }
    return target != null ? candidate.file == target : candidate.userData == r.addr;
  }
}
