// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.spi.CqeLayout;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Lays out a ring's shared memory: producer and consumer words on cache lines of their own. */
final class RingPages {
  private static final int LINE = 128;
  private static final int WORDS = 7;

  private RingPages() {}

  static RingMemory allocate(Arena arena, int sqEntries, int cqEntries) {
    MemorySegment words = arena.allocate((long) WORDS * LINE, LINE);
    return new RingMemory(
        new RingMemory.Submission(
            word(words, 0),
            word(words, 1),
            word(words, 2),
            word(words, 3),
            arena.allocate((long) sqEntries * SqeLayout.SIZE, LINE),
            sqEntries),
        new RingMemory.Completion(
            word(words, 4),
            word(words, 5),
            word(words, 6),
            arena.allocate((long) cqEntries * CqeLayout.SIZE, LINE),
            cqEntries),
        new Object[sqEntries]);
  }

  private static MemorySegment word(MemorySegment words, int index) {
    return words.asSlice((long) index * LINE, Integer.BYTES);
  }
}
