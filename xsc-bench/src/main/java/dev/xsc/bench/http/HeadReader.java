// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import dev.xsc.IoBuffer;
import dev.xsc.RingSocket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes the heads of requests, one after the other, from a connection's bytes. A head must fit into
 * the buffer, and come within a time. For one thread.
 */
final class HeadReader {
  private final RingSocket socket;
  private final IoBuffer buffer;
  private final Duration patience;
  private int filled;

  HeadReader(RingSocket socket, IoBuffer buffer, Duration patience) {
    this.socket = socket;
    this.buffer = buffer;
    this.patience = patience;
  }

  /**
   * The next head, without the empty line at its end; null if the client sends no more.
   *
   * @throws RefusedException if it is too long, or does not arrive in time
   */
  @Nullable String next() throws IOException, RefusedException {
    long deadline = System.nanoTime() + patience.toNanos();
    int scanned = 0;
    while (true) {
      scanned = skipEmptyLines(scanned);
      int end = endOfHead(scanned);
      if (end >= 0) {
        return take(end);
      }
      scanned = Math.max(0, filled - 3);
      if (filled == buffer.size()) {
        throw tooLong();
      }
      if (!readMore(deadline)) {
        return null;
      }
    }
  }

  private boolean readMore(long deadline) throws IOException, RefusedException {
    // Zero would mean no bound.
    socket.readTimeout(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    try {
      int read = socket.read(buffer.slice(filled, buffer.size() - filled));
      if (read < 0) {
        return false;
      }
      filled += read;
      return true;
    } catch (SocketTimeoutException e) {
      if (filled == 0) {
        return false; // an idle connection: nobody waits for an answer
      }
      throw new RefusedException(Status.REQUEST_TIMEOUT, "no whole head within the time");
    }
  }

  /** Empty lines before a request are to be ignored, says RFC 9112. */
  private int skipEmptyLines(int scanned) {
    int start = 0;
    while (start < filled && (at(start) == '\r' || at(start) == '\n')) {
      start++;
    }
    if (start > 0) {
      drop(start);
    }
    return Math.max(0, scanned - start);
  }

  /** Where an empty line begins; −1 if there is none yet. */
  private int endOfHead(int from) {
    for (int i = from; i < filled; i++) {
      if (at(i) == '\n') {
        int next = i + 1 < filled && at(i + 1) == '\r' ? i + 2 : i + 1;
        if (next < filled && at(next) == '\n') {
          return i + 1;
        }
      }
    }
    return -1;
  }

  private String take(int end) {
    int length = end - (end > 1 && at(end - 2) == '\r' ? 2 : 1);
    String head = new String(buffer.getBytes(0, length), StandardCharsets.ISO_8859_1);
    drop(end + (at(end) == '\r' ? 2 : 1));
    return head;
  }

  private void drop(int count) {
    MemorySegment memory = buffer.segment();
    MemorySegment.copy(memory, count, memory, 0, filled - count);
    filled -= count;
  }

  private byte at(int index) {
    return buffer.getByte(index);
  }

  private RefusedException tooLong() {
    MemorySegment memory = buffer.segment();
    for (int i = 0; i < filled; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, i) == '\n') {
        return new RefusedException(Status.HEADER_TOO_LARGE, "at most " + buffer.size() + " bytes");
      }
    }
    return new RefusedException(Status.URI_TOO_LONG, "at most " + buffer.size() + " bytes");
  }
}
