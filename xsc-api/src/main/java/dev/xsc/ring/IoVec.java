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

  /** Index of the first segment that nothing may be read into; −1 if there is none. */
  private final int readOnly;

  private IoVec(MemorySegment array, List<MemorySegment> segments, int readOnly) {
    this.array = array;
    this.segments = segments;
    this.readOnly = readOnly;
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
    int readOnly = -1;
    for (int i = copy.size() - 1; i >= 0; i--) {
      MemorySegment segment = copy.get(i);
      readOnly = segment.isReadOnly() ? i : readOnly;
      Sqe.requireNative(segment, "segment " + i);
      array.set(ValueLayout.JAVA_LONG, (long) i * ENTRY, segment.address());
      array.set(ValueLayout.JAVA_LONG, (long) i * ENTRY + 8, segment.byteSize());
    }
    return new IoVec(array, copy, readOnly);
  }

  /** The native array. */
  public MemorySegment array() {
    return array;
  }

  /** What it names. */
  public List<MemorySegment> segments() {
    return segments;
  }

  /** Refuses to be read into if one of the segments is read-only. */
  IoVec requireWritable() {
    if (readOnly >= 0) {
      Sqe.requireWritable(segments.get(readOnly), "segment " + readOnly);
    }
    return this;
  }

  /** Number of entries. */
  public int count() {
    return segments.size();
  }
}
