// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Moves a part of a file to a socket through two buffers: while one is sent, the next part is read
 * into the other. Runs on the calling thread.
 */
final class FileSender {
  private static final int CHUNK = 256 * 1024;

  private FileSender() {}

  static long send(Xsc xsc, RingFile file, long position, long count, RingSocket target)
      throws IOException {
    if (count < 0) {
      throw new IllegalArgumentException("count " + count + ": must be 0 or more");
    }
    if (count == 0) {
      return 0;
    }
    int chunk = (int) Math.min(CHUNK, count);
    IoArena arena = xsc.openArena();
    IoBuffer front = arena.allocate(chunk);
    IoBuffer back = arena.allocate(chunk);
    long sent = 0;
    @Nullable RingFuture<Integer> reading = file.readAsync(part(front, count), position);
    try {
      while (reading != null) {
        int read = Xsc.await(reading);
        reading = null;
        if (read < 0) {
          break;
        }
        IoBuffer full = front;
        front = back;
        back = full;
        long left = count - sent - read;
        if (left > 0) {
          reading = file.readAsync(part(front, left), position + sent + read);
        }
        target.writeFully(full.slice(0, read));
        sent += read;
      }
      return sent;
    } finally {
      if (reading != null) {
        // The read ahead still has its buffer, which must not be freed under it.
        reading.cancelOperation().join();
      }
      arena.close();
    }
  }

  private static IoBuffer part(IoBuffer buffer, long atMost) {
    return atMost >= buffer.size() ? buffer : buffer.slice(0, atMost);
  }
}
