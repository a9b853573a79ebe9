// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.RingFile;
import dev.xsc.Xsc;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Compares two files byte by byte, many blocks at a time. */
public final class FileComparer {
  private FileComparer() {}

  /**
   * Returns if the beginnings of both are the same.
   *
   * @param size bytes to compare
   * @throws FileSystemException naming a byte that differs, or a file that is shorter
   */
  public static void requireSame(
      Xsc xsc, Path first, Path second, long size, Shape shape, Progress progress)
      throws IOException {
    try (RingFile a = xsc.openFile(first);
        RingFile b = xsc.openFile(second)) {
      new Blocks("verifying", size, shape, progress)
          .run(
              xsc,
              2,
              (buffers, position) -> {
                a.readFully(buffers[0], position);
                b.readFully(buffers[1], position);
                long different =
                    MemorySegment.mismatch(
                        buffers[0].segment(),
                        0,
                        buffers[0].size(),
                        buffers[1].segment(),
                        0,
                        buffers[1].size());
                if (different >= 0) {
                  throw new FileSystemException(
                      second.toString(),
                      null,
                      "differs from " + first + " at byte " + (position + different));
                }
              });
    }
  }
}
