// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.Xsc;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Takes a file block by block, with as many blocks under way as the shape allows. */
final class Blocks {
  /** What is done with one block, by one of several threads. */
  interface Work {
    /**
     * Does it.
     *
     * @param buffers of this thread, each as long as the block
     * @param position of the block
     */
    void on(IoBuffer[] buffers, long position) throws IOException;
  }

  private final String what;
  private final long size;
  private final Shape shape;
  private final Progress progress;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong done = new AtomicLong();

  /**
   * A pass over a file.
   *
   * @param what is done, for the progress
   * @param size of the file
   */
  Blocks(String what, long size, Shape shape, Progress progress) {
    this.what = what;
    this.size = size;
    this.shape = shape;
    this.progress = progress;
  }

  /** Does the work on every block; each thread has this many buffers. */
  void run(Xsc xsc, int buffers, Work work) throws IOException {
    if (size == 0) {
      return;
    }
    int length = (int) Math.min(shape.block(), size);
    try (IoArena arena = xsc.openArena()) {
      Workers.run(
          shape.workers(size),
          () -> {
            IoBuffer[] own = new IoBuffer[buffers];
            for (int i = 0; i < buffers; i++) {
              own[i] = arena.allocate(length, 4096);
            }
            each(own, work);
          });
    }
  }

  private void each(IoBuffer[] buffers, Work work) throws IOException {
    long position;
    while ((position = next.getAndAdd(shape.block())) < size) {
      int length = (int) Math.min(shape.block(), size - position);
      work.on(cut(buffers, length), position);
      progress.advanced(what, done.addAndGet(length), size);
    }
  }

  private static IoBuffer[] cut(IoBuffer[] buffers, int length) {
    if (buffers[0].size() == length) {
      return buffers;
    }
    IoBuffer[] result = new IoBuffer[buffers.length];
    for (int i = 0; i < buffers.length; i++) {
      result[i] = buffers[i].slice(0, length);
    }
    return result;
  }
}
