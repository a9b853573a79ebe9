// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What happens to an entry between its being copied and its being started: the operation checks it
 * and takes what it points at, and memory that only the ring's owner can touch is replaced. Used by
 * whoever takes entries.
 */
final class Preparation {
  private final Host host;
  private final boolean byOwner;

  /**
   * A way to prepare.
   *
   * @param byOwner whether the ring's owner calls, and not the engine's thread
   */
  Preparation(Host host, boolean byOwner) {
    this.host = host;
    this.byOwner = byOwner;
  }

  /** Prepares a request, or leaves it {@link Request#unprepared} for the owner. */
  void prepare(Request r) {
    r.unprepared = false;
    int wrong;
    try {
      wrong = r.row.handler().prepare(r);
    } catch (IllegalStateException | WrongThreadException | IndexOutOfBoundsException e) {
      // What the entry points at is closed, out of reach, or shorter than it says.
      r.unprepared = e instanceof WrongThreadException && !byOwner;
      wrong = -Errors.errno(e);
    }
    if (!r.unprepared) {
      if (wrong != 0) {
        r.error = wrong;
        r.malformed = true;
      } else if (r.error == 0) {
        r.error = memory(r);
      }
    }
    if (!r.unprepared) {
      r.reference = null;
    }
  }

  private int memory(Request r) {
    if (r.row.uses(OpRow.WRITES_MEMORY) && readOnly(r)) {
      return -Errno.EFAULT;
    }
    if (reachesAll(r)) {
      return 0;
    }
    if (!byOwner) {
      r.unprepared = true;
      return 0;
    }
    try {
      Bounce.replace(r);
      return 0;
    } catch (IllegalStateException | WrongThreadException _) {
      // Closed, or another thread's altogether.
      return -Errno.EFAULT;
    }
  }

  private static boolean readOnly(Request r) {
    for (int i = 0; i < r.buffers.count(); i++) {
      if (r.buffers.part(i).isReadOnly()) {
        return true;
      }
    }
    return (r.out != null && r.out.isReadOnly()) || (r.out2 != null && r.out2.isReadOnly());
  }

  private boolean reachesAll(Request r) {
    for (int i = 0; i < r.buffers.count(); i++) {
      if (!host.reaches(r.buffers.part(i))) {
        return false;
      }
    }
    return reaches(r.out) && reaches(r.out2);
  }

  private boolean reaches(@Nullable MemorySegment memory) {
    return memory == null || host.reaches(memory);
  }
}
