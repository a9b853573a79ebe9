// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.BufferRingLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Receive buffers of equal size that the kernel picks from when data has arrived, so that waiting
 * receives hold none. Made by {@link Ring#registerBufferGroup}; used on the ring's owner thread.
 *
 * <p>A completion with {@link CompletionHandler#BUFFER} hands buffer {@link #bufferId} to the user
 * side, which gives it back with {@link #recycle}.
 */
public final class BufferGroup {
  private static final VarHandle TAIL = ValueLayout.JAVA_SHORT.varHandle();

  private final int number;
  private final MemorySegment memory;
  private final int bufferSize;
  private final int count;

  /** Shared with the kernel; null where the library picks the buffers. */
  private final @Nullable MemorySegment ring;

  /** Which buffers the user side holds; a buffer is recycled once. */
  private final boolean[] held;

  /** Where the library picks: ids of free buffers. */
  private final int[] free;

  private int freeCount;
  private short tail;

  BufferGroup(
      int number, MemorySegment memory, int bufferSize, int count, @Nullable MemorySegment ring) {
    this.number = number;
    this.memory = memory;
    this.bufferSize = bufferSize;
    this.count = count;
    this.ring = ring;
    this.held = new boolean[count];
    this.free = new int[ring == null ? count : 0];
    for (int id = 0; id < count; id++) {
      offer(id);
    }
    publish();
  }

  /** The id of the buffer that a completion with {@link CompletionHandler#BUFFER} filled. */
  public static int bufferId(int completionFlags) {
    return completionFlags >>> 16;
  }

  /** The group's number in submission entries, 0 to 65535. */
  public int number() {
    return number;
  }

  /** Number of buffers. */
  public int count() {
    return count;
  }

  /** Bytes of each. */
  public int bufferSize() {
    return bufferSize;
  }

  /**
   * The bytes that a completion brought: the caller holds the buffer until {@link #recycle}.
   *
   * @param result of the completion, 1 or more
   * @param completionFlags of the completion, with {@link CompletionHandler#BUFFER}
   */
  public MemorySegment received(int result, int completionFlags) {
    if ((completionFlags & CompletionHandler.BUFFER) == 0) {
      throw new IllegalArgumentException(
          "completion flags 0x" + Integer.toHexString(completionFlags) + " name no buffer");
    }
    int id = bufferId(completionFlags);
    MemorySegment buffer = buffer(id);
    held[id] = true;
    return buffer.asSlice(0, result);
  }

  /** The whole memory of a buffer. */
  MemorySegment buffer(int id) {
    checkId(id);
    return memory.asSlice((long) id * bufferSize, bufferSize);
  }

  /**
   * Gives a buffer back to the kernel; its bytes must not be touched any more.
   *
   * @param id {@link #bufferId} of the completion whose bytes were {@link #received}
   * @throws IllegalStateException if the kernel has it already
   */
  public void recycle(int id) {
    checkId(id);
    if (!held[id]) {
      throw new IllegalStateException(
          "buffer " + id + " of group " + number + " is not held: it was recycled already");
    }
    held[id] = false;
    offer(id);
    publish();
  }

  /** Takes a free buffer where the library picks, or −1. */
  int take() {
    if (freeCount == 0) {
      return -1;
    }
    return free[--freeCount];
  }

  /** Puts a buffer back that {@link #take()} gave and that no data has come into. */
  void putBack(int id) {
    offer(id);
  }

  private void offer(int id) {
    if (ring == null) {
      free[freeCount++] = id;
      return;
    }
    long slot = (long) (Short.toUnsignedInt(tail) & count - 1) * BufferRingLayout.SIZE;
    ring.set(
        ValueLayout.JAVA_LONG,
        slot + BufferRingLayout.ADDR,
        memory.address() + (long) id * bufferSize);
    ring.set(ValueLayout.JAVA_INT, slot + BufferRingLayout.LEN, bufferSize);
    ring.set(ValueLayout.JAVA_SHORT, slot + BufferRingLayout.BID, (short) id);
    tail++;
  }

  private void publish() {
    if (ring != null) {
      // Pairs with the kernel's load-acquire of the tail: the slots are visible before it.
      TAIL.setRelease(ring, (long) BufferRingLayout.TAIL, tail);
    }
  }

  private void checkId(int id) {
    if (id < 0 || id >= count) {
      throw new IllegalArgumentException(
          "buffer " + id + " of group " + number + ": ids are 0 to " + (count - 1));
    }
  }
}
