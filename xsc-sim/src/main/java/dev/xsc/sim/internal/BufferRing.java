// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.spi.BufferRingLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Kernel side of one group of receive buffers. Engine thread only. */
final class BufferRing {
  private static final VarHandle TAIL = ValueLayout.JAVA_SHORT.varHandle();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment ring;
  private final MemorySegment memory;
  private final int mask;
  private short head;

  BufferRing(int entries, MemorySegment memory) {
    this.memory = memory;
    this.mask = entries - 1;
    ring = arena.allocate((long) entries * BufferRingLayout.SIZE, 64);
  }

  /** What the user side writes. */
  MemorySegment shared() {
    return ring;
  }

  /** Whether a buffer is offered. */
  boolean offers() {
    // Pairs with the user side's store-release of the tail: the slots before it are visible.
    return (short) TAIL.getAcquire(ring, (long) BufferRingLayout.TAIL) != head;
  }

  /**
   * The next buffer, which is taken only by {@link #take()}.
   *
   * @param limit at most this many bytes of it; 0 for all
   * @return null if it does not lie in the group's memory
   */
  @Nullable MemorySegment peek(int limit) {
    long slot = slot();
    long address = ring.get(ValueLayout.JAVA_LONG, slot + BufferRingLayout.ADDR);
    int length = ring.get(ValueLayout.JAVA_INT, slot + BufferRingLayout.LEN);
    return Registry.slice(memory, address, limit == 0 ? length : Math.min(length, limit));
  }

  /** Takes the buffer that {@link #peek} showed; its id. */
  int take() {
    int id = Short.toUnsignedInt(ring.get(ValueLayout.JAVA_SHORT, slot() + BufferRingLayout.BID));
    head++;
    return id;
  }

  void close() {
    arena.close();
  }

  private long slot() {
    return (long) (Short.toUnsignedInt(head) & mask) * BufferRingLayout.SIZE;
  }
}
