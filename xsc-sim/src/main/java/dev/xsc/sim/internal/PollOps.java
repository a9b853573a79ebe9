// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.spi.XscAbi;
import java.io.IOException;

/** {@code POLL_ADD}: waits once for events of a descriptor. */
final class PollOps implements OpHandler {
  // include/uapi/asm-generic/poll.h
  private static final int POLLRDNORM = 0x40;
  private static final int POLLWRNORM = 0x100;

  /** What a file that never makes anybody wait is always ready for. */
  private static final int ALWAYS = Posix.POLLIN | Posix.POLLOUT | POLLRDNORM | POLLWRNORM;

  private PollOps() {}

  static void register(OpRow[] table) {
    table[XscAbi.OP_POLL_ADD] =
        new OpRow("POLL_ADD", OpRow.FILE, 0, OpRow.ANY_FLAGS, new PollOps());
  }

  @Override
  public int issue(Engine engine, Request r) {
    if (!(r.file().object() instanceof Pollable)) {
      int ready = r.opFlags & ALWAYS;
      return ready == 0 ? -Errno.EINVAL : ready;
    }
    r.hint = 0;
    int result = resume(engine, r);
    if (result == Request.PENDING) {
      // The end of a stream shows itself to those who would read.
      boolean reads = (r.opFlags & (Posix.POLLOUT | POLLWRNORM)) == 0;
      int reading = Posix.POLLIN | POLLRDNORM | Posix.POLLRDHUP | Posix.POLLPRI;
      int events = reads || (r.opFlags & reading) != 0 ? Posix.POLLIN : 0;
      engine.park(r, reads ? events : events | Posix.POLLOUT);
    }
    return result;
  }

  @Override
  public int resume(Engine engine, Request r) {
    int wanted = r.opFlags | Posix.POLLERR | Posix.POLLHUP;
    try {
      int basic = 0;
      if (r.file().object() instanceof Pollable file) {
        basic = file.poll(r.hint, wanted | normal(wanted));
      }
      int ready = (basic | (basic & Posix.POLLIN) << 6 | (basic & Posix.POLLOUT) << 6) & wanted;
      return ready == 0 ? Request.PENDING : ready;
    } catch (IOException | RuntimeException e) {
      return -Errors.errno(e);
    }
  }

  /** The plain event for each of its other names. */
  private static int normal(int wanted) {
    return ((wanted & POLLRDNORM) != 0 ? Posix.POLLIN : 0)
        | ((wanted & POLLWRNORM) != 0 ? Posix.POLLOUT : 0);
  }
}
