// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A file with a size and offsets. The position that a descriptor has is kept in {@link OpenFile}.
 */
public interface DiskFile extends FileObject {
  /** Reads at an offset; 0 at the end. */
  int read(MemorySegment to, long offset) throws IOException;

  /** Writes at an offset. */
  int write(MemorySegment from, long offset) throws IOException;

  /** Writes at the end, wherever that is at the moment of writing. */
  int append(MemorySegment from) throws IOException;

  /** Current size. */
  long size() throws IOException;

  /** Bytes that its file system still has room for. */
  long room() throws IOException;

  /** Cuts or extends with zeros. */
  void truncate(long size) throws IOException;

  /**
   * Makes content durable.
   *
   * @param metadata also what is not needed to read it back
   */
  void force(boolean metadata) throws IOException;

  /**
   * {@code fallocate(2)}.
   *
   * @param mode a valid combination of {@code FALLOC_FL_*}
   * @param offset 0 or more; with the length not beyond {@link Long#MAX_VALUE}
   * @param length more than 0
   * @return false if it knows no better than to write zeros and to extend
   */
  default boolean allocate(int mode, long offset, long length) throws IOException {
    return false;
  }

  /** {@code posix_fadvise(2)} with valid advice; does nothing if it has no use for it. */
  default void advise(long offset, long length, int advice) {}
}
