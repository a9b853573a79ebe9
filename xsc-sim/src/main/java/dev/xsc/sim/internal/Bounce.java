// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Copies that stand in for memory which only the ring's owner may touch: segments of a confined
 * arena. A kernel outside the process would not know the difference; the engine's thread, which is
 * a Java thread, does.
 *
 * <p>The owner makes them when it takes the entry. What starts later, behind a link or a drain, may
 * have to see what earlier entries left in the same memory, so the owner copies once more then; and
 * if the result goes to memory, the owner copies it back before the completion is posted. The owner
 * does both when it next enters.
 */
final class Bounce {
  private final MemorySegment[] users;
  private final MemorySegment[] copies;
  private final boolean writesMemory;
  private boolean ended;

  private Bounce(MemorySegment[] users, MemorySegment[] copies, boolean writesMemory) {
    this.users = users;
    this.copies = copies;
    this.writesMemory = writesMemory;
  }

  /**
   * Engine thread: the operation has ended with this result; whether the owner has to act before
   * that can be told.
   */
  boolean owes(int result) {
    boolean first = !ended;
    ended = true;
    return first && writesMemory && result >= 0;
  }

  /** Whether the operation has ended. */
  boolean ended() {
    return ended;
  }

  /** Owner thread: brings the memory's content to the copies, or the result to where it belongs. */
  int copy(int result) {
    try {
      for (int i = 0; i < users.length; i++) {
        if (ended) {
          users[i].copyFrom(copies[i]);
        } else {
          copies[i].copyFrom(users[i]);
        }
      }
      return result;
    } catch (IllegalStateException _) {
      // Its arena was closed while the operation was in flight.
      return -Errno.EFAULT;
    }
  }

  /** Owner thread: puts copies in place of all memory that a request names. */
  static void replace(Request r) {
    int parts = r.buffers.count();
    MemorySegment[] users =
        new MemorySegment[parts + (r.out == null ? 0 : 1) + (r.out2 == null ? 0 : 1)];
    MemorySegment[] copies = new MemorySegment[users.length];
    int n = 0;
    for (int i = 0; i < parts; i++) {
      users[n++] = r.buffers.part(i);
    }
    if (r.out != null) {
      users[n++] = r.out;
    }
    if (r.out2 != null) {
      users[n++] = r.out2;
    }
    for (int i = 0; i < n; i++) {
      // Collected with the request. Copied even if it is to be overwritten: a short result leaves
      // the rest as it is.
      copies[i] =
          Arena.ofAuto()
              .allocate(Math.max(1, users[i].byteSize()), 16)
              .asSlice(0, users[i].byteSize());
      copies[i].copyFrom(users[i]);
    }
    r.buffers.replace(copies);
    if (r.out != null) {
      r.out = copies[parts];
    }
    if (r.out2 != null) {
      r.out2 = copies[n - 1];
    }
    r.bounce = new Bounce(users, copies, r.row.uses(OpRow.WRITES_MEMORY));
  }
}
