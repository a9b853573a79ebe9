// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.sim.internal.Buffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ScatteringByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a byte stream, with bytes that were read to see whether there are any: NIO
 * can neither peek nor tell the end of a stream from data without reading. Guarded by the monitor
 * of the file that has it.
 */
final class LookAhead {
  /** Nothing there now. */
  static final int NOTHING = 0;

  /** At least a byte. */
  static final int DATA = 1;

  /** The peer will send no more. */
  static final int END = 2;

  private static final int ROOM = 1 << 14;

  /** Bytes read early, between position and limit; null until somebody looks. */
  private @Nullable ByteBuffer early;

  private boolean ended;
  private @Nullable IOException failure;

  /**
   * Reads what was read early, then what is there.
   *
   * @param peek leaves the bytes to be read again
   */
  int read(LivePollable file, ScatteringByteChannel channel, Buffers to, long skip, boolean peek)
      throws IOException {
    if (peek && fill(channel)) {
      file.announce();
    }
    ByteBuffer kept = early;
    if (kept != null && kept.hasRemaining()) {
      int n = to.fill(MemorySegment.ofBuffer(kept), skip);
      if (peek) {
        return n;
      }
      kept.position(kept.position() + n);
      return kept.hasRemaining() || skip + n == to.total() ? n : n + more(channel, to, skip + n);
    }
    if (failure != null) {
      IOException once = failure;
      failure = null;
      ended = true;
      throw once;
    }
    if (ended) {
      return 0;
    }
    if (peek) {
      return -Errno.EAGAIN;
    }
    if (to.total() == skip) {
      return 0;
    }
    long n;
    try {
      n =
          to.count() == 1
              ? channel.read(to.rest(0, skip).asByteBuffer())
              : channel.read(ByteBuffers.of(to, skip));
    } catch (IOException e) {
      // Told once, as the system does; after it comes the end.
      ended = true;
      throw e;
    }
    if (n < 0) {
      ended = true;
      return 0;
    }
    return n == 0 ? -Errno.EAGAIN : (int) n;
  }

  /** What has come since, for a read that has got something already. */
  private int more(ScatteringByteChannel channel, Buffers to, long skip) {
    if (ended || failure != null) {
      return 0;
    }
    try {
      long n = channel.read(ByteBuffers.of(to, skip));
      ended |= n < 0;
      return (int) Math.max(n, 0);
    } catch (IOException e) {
      failure = e;
      return 0;
    }
  }

  /** What a read would find. */
  int look(LivePollable file, ReadableByteChannel channel) throws IOException {
    if (fill(channel)) {
      // No selector will tell of these bytes any more.
      file.announce();
    }
    ByteBuffer kept = early;
    if (kept != null && kept.hasRemaining()) {
      return DATA;
    }
    if (failure != null) {
      throw failure;
    }
    return ended ? END : NOTHING;
  }

  /** Whether a read would find something that is no longer in the channel. */
  boolean holds() {
    return (early != null && early.hasRemaining()) || ended || failure != null;
  }

  /** Whether the end has been seen, perhaps behind data. */
  boolean ended() {
    return ended;
  }

  /** Takes in what there is room for; whether there was anything. */
  private boolean fill(ReadableByteChannel channel) {
    ByteBuffer buffer = early;
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(ROOM).limit(0);
      early = buffer;
    }
    if (ended || failure != null) {
      return false;
    }
    int before = buffer.remaining();
    buffer.compact();
    try {
      while (buffer.hasRemaining()) {
        int n = channel.read(buffer);
        if (n < 0) {
          ended = true;
        }
        if (n <= 0) {
          break;
        }
      }
    } catch (IOException e) {
      // Met by whoever reads next.
      failure = e;
    } finally {
      buffer.flip();
    }
    return buffer.remaining() > before;
  }
}
