// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * Small native memory for paths, addresses and results of one operation, pooled. Made and filled by
 * the calling thread, closed when the operation has ended; not thread-safe in between.
 */
public final class Scratch implements SegmentAllocator {
  /** Room for two paths, or for what any other operation needs. */
  private static final int SIZE = 8192 + 512;

  /** Longest path with its NUL: {@code PATH_MAX} of {@code include/uapi/linux/limits.h}. */
  private static final int PATH_MAX = 4096;

  private static final Queue<MemorySegment> POOL = new MpmcVarHandleArrayQueue<>(64);

  private final MemorySegment memory;
  private long used;

  /** Takes memory from the pool, or makes some; the collector frees what does not go back. */
  public Scratch() {
    MemorySegment pooled = POOL.poll();
    memory = pooled == null ? Arena.ofAuto().allocate(SIZE, 64) : pooled;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    long start = (used + byteAlignment - 1) / byteAlignment * byteAlignment;
    MemorySegment part = memory.asSlice(start, byteSize).fill((byte) 0);
    used = start + byteSize;
    return part;
  }

  /**
   * A path, NUL-terminated.
   *
   * @throws IOException with ENAMETOOLONG beyond {@value #PATH_MAX} bytes
   */
  public MemorySegment path(Op op, String path) throws IOException {
    if (path.getBytes(StandardCharsets.UTF_8).length >= PATH_MAX) {
      throw Failures.of(Errno.ENAMETOOLONG, op, path);
    }
    return allocateFrom(path);
  }

  /** Gives the memory back to the pool. */
  void release() {
    POOL.offer(memory);
  }
}
