// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.xsc.sim.internal.Buffers;
import java.lang.foreign.MemorySegment;

/** Bytes in the order in which they were added; grows up to its limit. */
final class ByteQueue {
  private static final int FIRST_SIZE = 256;

  private byte[] ring = new byte[FIRST_SIZE];
  private int head;
  private int size;

  int size() {
    return size;
  }

  /** Adds bytes of buffers from behind {@code skip} on, at most so many; how many it added. */
  int add(Buffers from, long skip, int most) {
    int added = 0;
    for (int i = 0; i < from.count() && added < most; i++) {
      MemorySegment part = from.rest(i, skip);
      int n = (int) Math.min(part.byteSize(), most - added);
      add(part, n);
      added += n;
    }
    return added;
  }

  void add(byte[] bytes, int from, int length) {
    add(MemorySegment.ofArray(bytes).asSlice(from), length);
  }

  private void add(MemorySegment from, int length) {
    grow(size + length);
    int tail = head + size & ring.length - 1;
    int first = Math.min(length, ring.length - tail);
    MemorySegment.copy(from, JAVA_BYTE, 0, ring, tail, first);
    MemorySegment.copy(from, JAVA_BYTE, first, ring, 0, length - first);
    size += length;
  }

  private void grow(int needed) {
    if (needed <= ring.length) {
      return;
    }
    byte[] larger = new byte[Integer.highestOneBit(needed - 1) << 1];
    copyOut(0, larger, size);
    ring = larger;
    head = 0;
  }

  /** Copies bytes from {@code offset} on without removing them. */
  byte[] peek(int offset, int length) {
    byte[] bytes = new byte[length];
    copyOut(offset, bytes, length);
    return bytes;
  }

  private void copyOut(int offset, byte[] to, int length) {
    int at = head + offset & ring.length - 1;
    int first = Math.min(length, ring.length - at);
    System.arraycopy(ring, at, to, 0, first);
    System.arraycopy(ring, 0, to, first, length - first);
  }

  /** Copies up to {@code most} bytes into buffers behind {@code skip}; how many it copied. */
  int copyTo(Buffers to, long skip, int most) {
    int length = Math.min(most, size);
    int first = Math.min(length, ring.length - head);
    MemorySegment whole = MemorySegment.ofArray(ring);
    int done = to.fill(whole.asSlice(head, first), skip);
    if (done == first && length > first) {
      done += to.fill(whole.asSlice(0, length - first), skip + first);
    }
    return done;
  }

  void remove(int length) {
    head = head + length & ring.length - 1;
    size -= length;
    if (size == 0) {
      head = 0;
    }
  }

  void clear() {
    remove(size);
  }
}
