// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;

/**
 * Everything that the library needs from the world besides its kernel: a clock, threads, and
 * waiting with a time limit. No other code in the library reads the system clock, starts a thread
 * or waits for a time, so that a simulation can supply all three.
 *
 * <p>Waiting without a limit is ordinary parking and needs no seam: whoever supplies the threads
 * also decides when an unparked one runs.
 */
public interface Environment {
  /** The clock, threads and timed waits of this machine. */
  static Environment system() {
    return SystemEnvironment.INSTANCE;
  }

  /** Nanoseconds from an arbitrary origin, never going back; see {@link System#nanoTime()}. */
  long nanoTime();

  /**
   * Starts the owner thread of a ring or of a kernel inside the process: long-lived, daemon, named.
   */
  Thread startLoop(String name, Runnable body);

  /** Starts a short-lived thread that may block: completions handed to user code. */
  void startTask(Runnable body);

  /**
   * Parks the current thread until it is unparked, interrupted, or the time is over; may return
   * early.
   *
   * @param blocker shown in thread dumps
   * @param nanos at most this long; not positive returns at once
   */
  void parkNanos(Object blocker, long nanos);

  /**
   * Whether a ring may belong to this thread. A virtual thread has no lasting kernel identity,
   * which matters to every kernel but a simulated one.
   */
  default boolean canOwnRing(Thread thread) {
    return !thread.isVirtual();
  }

  /** Shared memory for the library's own use and for buffers, freed when it is closed. */
  default Arena newArena() {
    return Arena.ofShared();
  }

  /**
   * Whether its threads may end without closing what they have opened, as in a power cut that is
   * simulated: then it is no mistake, and not reported, when something is dropped unclosed.
   */
  default boolean mayLosePower() {
    return false;
  }

  /** Parks without a limit; may return early. */
  default void park(Object blocker) {
    LockSupport.park(blocker);
  }
}
