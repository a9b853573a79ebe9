// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.bench.text.Sizes;

/**
 * How a file is moved: in blocks, several of them at a time.
 *
 * @param block bytes per operation
 * @param depth blocks under way at once
 */
public record Shape(int block, int depth) {
  /** What suits most files. */
  public static final Shape DEFAULT = new Shape(256 << 10, 32);

  private static final int MIN_BLOCK = 512;
  private static final int MAX_BLOCK = 64 << 20;
  private static final int MAX_DEPTH = 1024;
  private static final long MAX_MEMORY = 1L << 30;

  /**
   * Checks.
   *
   * @throws IllegalArgumentException with the value and the limit
   */
  public Shape {
    if (block < MIN_BLOCK || block > MAX_BLOCK) {
      throw new IllegalArgumentException(
          "block size of " + Sizes.bytes(block) + ": must be 512 B to 64 MiB");
    }
    if (depth < 1 || depth > MAX_DEPTH) {
      throw new IllegalArgumentException("depth of " + depth + ": must be 1 to " + MAX_DEPTH);
    }
    if ((long) block * depth > MAX_MEMORY) {
      throw new IllegalArgumentException(
          depth + " blocks of " + Sizes.bytes(block) + " exceed 1 GiB of memory: lower one");
    }
  }

  /** Threads that a file of this size keeps busy. */
  int workers(long size) {
    return Math.clamp(Math.ceilDiv(size, block), 1, depth);
  }

  /** Room that a ring needs for as many operations. */
  int entries() {
    return Math.max(2, Integer.highestOneBit(2 * depth - 1));
  }
}
