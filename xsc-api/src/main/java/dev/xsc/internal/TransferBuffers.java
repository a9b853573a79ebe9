// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Buffers for moving a file's bytes to a socket, kept by one event loop and used on its thread. A
 * buffer comes back when the operation that has it has ended, and never before.
 *
 * <p>At most {@value #MOST_LARGE} large ones exist, for what is not small; whoever finds none left
 * goes on with a small one. Small ones beyond {@value #MOST_SMALL} are not kept.
 */
final class TransferBuffers {
  /** Bytes of a large buffer. */
  static final int LARGE = 256 << 10;

  /** Bytes of a small buffer. */
  static final int SMALL = 16 << 10;

  static final int MOST_LARGE = 32;
  static final int MOST_SMALL = 64;

  private final Arena arena;
  private final ArrayDeque<MemorySegment> large = new ArrayDeque<>();
  private final ArrayDeque<MemorySegment> small = new ArrayDeque<>();
  private int largeMade;
  private int smallMade;

  /**
   * No buffers yet.
   *
   * @param arena closed with the loop, when nothing is in flight any more
   */
  TransferBuffers(Arena arena) {
    this.arena = arena;
  }

  /** A buffer for this many bytes, which may hold fewer. */
  MemorySegment take(long wanted) {
    if (wanted > SMALL) {
      MemorySegment kept = large.pollLast();
      if (kept != null) {
        return kept;
      }
      if (largeMade < MOST_LARGE) {
        largeMade++;
        return arena.allocate(LARGE, 4096);
      }
    }
    MemorySegment kept = small.pollLast();
    if (kept != null) {
      return kept;
    }
    // Not of the loop's arena, which would grow with every one that is not kept.
    return smallMade++ < MOST_SMALL
        ? arena.allocate(SMALL, 4096)
        : Arena.ofAuto().allocate(SMALL, 4096);
  }

  /** Takes a buffer back that nothing uses any more. */
  void giveBack(MemorySegment buffer) {
    if (buffer.byteSize() == LARGE) {
      large.addLast(buffer);
    } else if (small.size() < MOST_SMALL) {
      small.addLast(buffer);
    }
  }
}
