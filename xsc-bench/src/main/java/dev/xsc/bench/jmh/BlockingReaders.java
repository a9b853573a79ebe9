// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import java.io.IOException;

/** Virtual threads that each read a number of blocks, one after the other. */
final class BlockingReaders {
  /** A read that blocks. */
  @FunctionalInterface
  interface Read {
    /** Bytes read by this reader's read of this number. */
    int read(int reader, int number) throws IOException;
  }

  private BlockingReaders() {}

  /** Starts them all and waits for the last. */
  static void run(int readers, int reads, Read read) throws InterruptedException {
    Round round = new Round(readers * reads);
    for (int i = 0; i < readers; i++) {
      int reader = i;
      Thread.ofVirtual().start(() -> readAll(round, reader, reads, read));
    }
    round.await();
  }

  private static void readAll(Round round, int reader, int reads, Read read) {
    try {
      for (int i = 0; i < reads; i++) {
        round.done(read.read(reader, i));
      }
    } catch (IOException | RuntimeException e) {
      round.fail(e);
    }
  }
}
