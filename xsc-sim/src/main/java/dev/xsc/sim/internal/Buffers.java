// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.lang.foreign.MemorySegment;

/**
 * The memory that one operation transfers from or to: one segment or several in order. Belongs to a
 * {@link Request}; reused with it, and used by one thread at a time as the request is.
 */
public final class Buffers {
  private MemorySegment[] parts = {MemorySegment.NULL};
  private int count;
  private long total;

  Buffers() {}

  /** Buffers over these segments. */
  public static Buffers of(MemorySegment... segments) {
    Buffers buffers = new Buffers();
    buffers.set(segments);
    return buffers;
  }

  void clear() {
    if (parts.length != 1) {
      parts = new MemorySegment[1];
    }
    parts[0] = MemorySegment.NULL;
    count = 0;
    total = 0;
  }

  void set(MemorySegment segment) {
    parts[0] = segment;
    count = 1;
    total = segment.byteSize();
  }

  void set(MemorySegment[] segments) {
    parts = segments;
    count = segments.length;
    total = 0;
    for (MemorySegment segment : segments) {
      total += segment.byteSize();
    }
  }

  /** Puts the first segments of {@code copies} in place of these. */
  void replace(MemorySegment[] copies) {
    System.arraycopy(copies, 0, parts, 0, count);
  }

  /** How many segments. */
  public int count() {
    return count;
  }

  /** Bytes in all. */
  public long total() {
    return total;
  }

  /** One of the segments, whole. */
  public MemorySegment part(int index) {
    return parts[index];
  }

  /** The bytes of a segment that come after {@code skip} bytes of all; empty if none do. */
  public MemorySegment rest(int index, long skip) {
    if (skip == 0) {
      return parts[index];
    }
    long before = 0;
    for (int i = 0; i < index; i++) {
      before += parts[i].byteSize();
    }
    MemorySegment part = parts[index];
    return part.asSlice(Math.clamp(skip - before, 0, part.byteSize()));
  }

  /**
   * Copies bytes into the segments.
   *
   * @param skip bytes of the segments to leave alone
   * @return how many fitted
   */
  public int fill(MemorySegment from, long skip) {
    long done = 0;
    for (int i = 0; i < count && done < from.byteSize(); i++) {
      MemorySegment to = rest(i, skip);
      long n = Math.min(to.byteSize(), from.byteSize() - done);
      MemorySegment.copy(from, done, to, 0, n);
      done += n;
    }
    return (int) done;
  }
}
