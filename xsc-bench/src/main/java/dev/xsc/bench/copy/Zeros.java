// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Finds the parts of a block that are not all zeros, in whole pages. Thread-safe. */
final class Zeros {
  private static final int PAGE = 4096;

  private final MemorySegment zeros;

  /** For blocks up to this long. */
  Zeros(long longest) {
    zeros = Arena.ofAuto().allocate(longest);
  }

  /** Where the next page with data begins; the block's length if there is none. */
  long data(MemorySegment block, long from) {
    long size = block.byteSize();
    long different = MemorySegment.mismatch(block, from, size, zeros, 0, size - from);
    return different < 0 ? size : from + different / PAGE * PAGE;
  }

  /** Where the next page without data begins; the block's length if there is none. */
  long hole(MemorySegment block, long from) {
    long size = block.byteSize();
    for (long page = from; page < size; page += PAGE) {
      long end = Math.min(page + PAGE, size);
      if (MemorySegment.mismatch(block, page, end, zeros, 0, end - page) < 0) {
        return page;
      }
    }
    return size;
  }
}
