// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import dev.xsc.bench.demo.SampleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** What all benchmarks read, the C program included: blocks of a real file, in the page cache. */
public final class Sample {
  /** Bytes of one read. */
  public static final int BLOCK = 4096;

  private Sample() {}

  /** The file. */
  public static Path file() throws IOException {
    return SampleFile.find();
  }

  /**
   * Blocks at the file's start that may be read, all of which are in the page cache afterwards.
   *
   * @param atMost 1 or more
   */
  static int warmBlocks(FileChannel file, int atMost) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    for (int i = 0; i < atMost; i++) {
      if (file.read(block.clear(), (long) i * BLOCK) < BLOCK) {
        if (i == 0) {
          throw new IOException("the sample file is shorter than a block of " + BLOCK + " bytes");
        }
        return i;
      }
    }
    return atMost;
  }
}
