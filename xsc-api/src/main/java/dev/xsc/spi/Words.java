// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Access to the 32-bit words that user side and kernel side share. The memory order is in each
 * method's name; callers say which access of the other side theirs pairs with.
 *
 * <p>A word is a segment of at least four bytes, aligned to four.
 */
public final class Words {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private Words() {}

  /** Reads without ordering: for words that only the calling side writes. */
  public static int getPlain(MemorySegment word) {
    return (int) INT.get(word, 0L);
  }

  /** Writes without ordering: before the ring is shared. */
  public static void setPlain(MemorySegment word, int value) {
    INT.set(word, 0L, value);
  }

  /** Reads a single word atomically, ordered with nothing else: flags and counters. */
  public static int getOpaque(MemorySegment word) {
    return (int) INT.getOpaque(word, 0L);
  }

  /** Nothing after this read moves before it. */
  public static int getAcquire(MemorySegment word) {
    return (int) INT.getAcquire(word, 0L);
  }

  /** Nothing before this write moves after it. */
  public static void setRelease(MemorySegment word, int value) {
    INT.setRelease(word, 0L, value);
  }

  /** Sets the bits of {@code mask}, fully ordered; returns the previous value. */
  public static int orVolatile(MemorySegment word, int mask) {
    return (int) INT.getAndBitwiseOr(word, 0L, mask);
  }

  /** Keeps only the bits of {@code mask}, fully ordered; returns the previous value. */
  public static int andVolatile(MemorySegment word, int mask) {
    return (int) INT.getAndBitwiseAnd(word, 0L, mask);
  }
}
