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
}
