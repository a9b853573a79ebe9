// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.spi.Environment;

/**
 * Recognises a wait that goes on although its virtual time is over. {@code Thread.sleep} and the
 * timed waits of {@code java.util.concurrent} park for what {@code System.nanoTime} says is left,
 * again and again, and that clock cannot be simulated. When such a wait has ended in virtual time,
 * what it still misses is spent in real time, at one moment of virtual time: slower than a wait
 * through the simulation, but with the same outcome. The carrier's, one for each thread.
 */
final class TimedWait {
  private static final long MILLI = 1_000_000;

  /** Real time by which two readings of the clock may differ beyond what the wait itself sees. */
  private static final long SLACK = 20_000_000;

  private final Environment system = Environment.system();
  private long wanted;
  private long askedAt;
  private long endedAt = -1;

  /**
   * The thread parks for a time.
   *
   * @return whether this is what is left of a wait whose virtual time is over
   */
  boolean goesOn(long now, long nanos) {
    long real = system.nanoTime();
    long passed = wanted - nanos;
    boolean same =
        endedAt == now && passed > 0 && Math.abs(passed - (real - askedAt)) < SLACK + passed / 2;
    if (!same) {
      wanted = nanos;
      askedAt = real;
      endedAt = -1;
    }
    return same;
  }

  /**
   * When a park ends. What is left of a wait by the real clock is never quite a round number, and
   * not the same number twice; it is rounded up to milliseconds, so that it mostly is.
   */
  static long end(long now, long nanos) {
    long rounded =
        nanos < MILLI || nanos > Long.MAX_VALUE - MILLI
            ? nanos
            : (nanos + MILLI - 1) / MILLI * MILLI;
    return now > Long.MAX_VALUE - rounded ? Long.MAX_VALUE : now + rounded;
  }

  /** The park has ended because its virtual time was over. */
  void ended(long now) {
    endedAt = now;
  }

  /** Lets real time pass. */
  static void spend(long nanos) {
    if (nanos <= 0) {
      return;
    }
    Environment system = Environment.system();
    long end = system.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - system.nanoTime()) {
      system.parkNanos(TimedWait.class, left);
    }
  }
}
