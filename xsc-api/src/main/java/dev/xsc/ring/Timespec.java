// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct __kernel_timespec {s64 seconds; s64 nanoseconds;}} of {@code
 * include/uapi/linux/time_types.h}.
 */
public final class Timespec {
  /** Bytes. */
  public static final int SIZE = 16;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Timespec() {}

  /**
   * Writes a span of time.
   *
   * @param nanos 0 or more
   */
  public static MemorySegment write(MemorySegment to, long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException("time of " + nanos + " ns: must be 0 or more");
    }
    to.set(ValueLayout.JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
    to.set(ValueLayout.JAVA_LONG, 8, nanos % NANOS_PER_SECOND);
    return to;
  }

  /** Reads it back, in nanoseconds; {@link Long#MAX_VALUE} if that is too small. */
  public static long read(MemorySegment from) {
    long seconds = from.get(ValueLayout.JAVA_LONG, 0);
    long nanos = from.get(ValueLayout.JAVA_LONG, 8);
    if (seconds > (Long.MAX_VALUE - nanos) / NANOS_PER_SECOND) {
      return Long.MAX_VALUE;
    }
    return seconds * NANOS_PER_SECOND + nanos;
  }
}
