// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.spi.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * Enters a driver that has no call for it: a write rings, {@code poll(2)} waits for a completion or
 * a wake-up. The ring's owner thread only.
 */
final class XscBell {
  /** Of {@code struct pollfd}: int fd, short events, short revents. */
  private static final int POLLFD_SIZE = 8;

  private static final int EVENTS = 4;
  private static final int REVENTS = 6;

  /** Bytes of scratch memory that an instance needs. */
  static final int SCRATCH_SIZE = 2 * POLLFD_SIZE + Long.BYTES;

  private final int fd;
  private final WakeFd wakeFd;
  private final MemorySegment polled;
  private final MemorySegment woken;
  private final MemorySegment word;

  XscBell(int fd, WakeFd wakeFd, MemorySegment scratch) {
    this.fd = fd;
    this.wakeFd = wakeFd;
    polled = scratch.asSlice(0, 2 * POLLFD_SIZE);
    woken = polled.asSlice(POLLFD_SIZE, POLLFD_SIZE);
    word = scratch.asSlice(2 * POLLFD_SIZE, Long.BYTES);
  }

  /**
   * {@link Kernel#enter}; a wait for more than one completion may end with the first, since poll
   * knows no number.
   */
  int enter(int toSubmit, int minComplete, long timeoutNanos) {
    if (toSubmit > 0) {
      // Any bytes will do.
      int rung = Libc.INSTANCE.write(fd, word);
      if (rung < 0) {
        return rung;
      }
    }
    if (minComplete == 0) {
      return toSubmit;
    }
    polled.set(JAVA_INT, 0, fd);
    polled.set(JAVA_SHORT, EVENTS, (short) Posix.POLLIN);
    woken.set(JAVA_INT, 0, wakeFd.fd());
    woken.set(JAVA_SHORT, EVENTS, (short) Posix.POLLIN);
    int ready = Libc.poll(polled, 2, millis(timeoutNanos));
    if (ready < 0) {
      return ready;
    }
    if (woken.get(JAVA_SHORT, REVENTS) != 0) {
      // Empties it, or the next wait would end at once.
      Libc.INSTANCE.read(wakeFd.fd(), word);
    }
    return ready == 0 ? -Errno.ETIME : toSubmit;
  }

  /** Rounded up: a wait that ends too early would be begun again, over and over. */
  private static int millis(long nanos) {
    if (nanos == Kernel.FOREVER) {
      return -1;
    }
    long nanosPerMilli = TimeUnit.MILLISECONDS.toNanos(1);
    return (int)
        Math.min(Integer.MAX_VALUE, nanos / nanosPerMilli + (nanos % nanosPerMilli > 0 ? 1 : 0));
  }
}
