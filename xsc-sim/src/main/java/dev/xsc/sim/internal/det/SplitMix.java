// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

/**
 * The SplitMix64 generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
 * 2014): written out here, so that a seed means the same on every Java version. One thread at a
 * time.
 */
public final class SplitMix {
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  private long state;

  /** A generator; each seed gives another sequence. */
  public SplitMix(long seed) {
    state = seed;
  }

  /** A generator for one purpose, independent of those for other purposes of the same seed. */
  public static SplitMix of(long seed, String purpose) {
    // String.hashCode is fixed by its specification.
    return new SplitMix(mix(seed + GOLDEN * (purpose.hashCode() | 1L)));
  }

  /** The next 64 random bits. */
  public long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** The next of {@code bound} numbers from 0 on; the bias is below {@code bound / 2^64}. */
  public long next(long bound) {
    return Math.unsignedMultiplyHigh(next(), bound);
  }

  /** The next number from 0 to below 1. */
  public double nextDouble() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
    return z ^ z >>> 31;
  }
}
