// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * An array of {@code struct iovec {void *base; size_t len;}} (POSIX {@code sys/uio.h}, 64-bit
 * layout) together with the segments that it names. Immutable; the array and the segments must stay
 * alive until the operation has ended.
 */
public final class IoVec {
  /** Most entries that one call takes: {@code UIO_MAXIOV} of {@code include/uapi/linux/uio.h}. */
  public static final int MAX = 1024;

  private static final int ENTRY = 16;

  private final MemorySegment array;
  private final List<MemorySegment> segments;

  private IoVec(MemorySegment array, List<MemorySegment> segments) {
    this.array = array;
    this.segments = segments;
  }

  /**
   * An array over these segments.
   *
   * @param allocator where the array is put, 16 bytes an entry
   * @param segments 1 to {@link #MAX} native segments
   * @throws IllegalArgumentException with the number of entries, or the first heap segment's index
   */
  public static IoVec of(SegmentAllocator allocator, List<MemorySegment> segments) {
    if (segments.isEmpty() || segments.size() > MAX) {
      throw new IllegalArgumentException(
          "vectored I/O takes 1 to "
              + MAX
              + " segments, got "
              + segments.size()
              + ": split the call");
    }
    List<MemorySegment> copy = List.copyOf(segments);
    MemorySegment array = allocator.allocate((long) ENTRY * copy.size(), 8);
    for (int i = 0; i < copy.size(); i++) {
      MemorySegment segment = copy.get(i);
      Sqe.requireNative(segment, "segment " + i);
      array.set(ValueLayout.JAVA_LONG, (long) i * ENTRY, segment.address());
      array.set(ValueLayout.JAVA_LONG, (long) i * ENTRY + 8, segment.byteSize());
    }
    return new IoVec(array, copy);
  }

  /** The native array. */
  public MemorySegment array() {
    return array;
  }

  /** What it names. */
  public List<MemorySegment> segments() {
    return segments;
  }

  /** Number of entries. */
  public int count() {
    return segments.size();
  }
}
