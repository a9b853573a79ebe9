// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.RingFailure.Detail;
import dev.xsc.bench.info.Effort;
import dev.xsc.ring.CompletionHandler;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import dev.xsc.ring.Ring;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies the blocks of a file over one ring, without any thread but the caller's: each buffer is
 * read, then written, then used for the next block, and all of them are under way at once. Many
 * completions are awaited together, so that one kernel entry serves many operations.
 */
final class BlockCopier implements CompletionHandler {
  private static final int PAGE = 4096;

  /** A buffer, and how far its block has come. */
  private static final class Slot {
    final int number;
    final MemorySegment buffer;

    /** Of the block, in the file. */
    long position;

    int length;

    /** What is left to be moved, in the buffer. */
    int from;

    int to;
    boolean writing;

    Slot(int number, MemorySegment buffer) {
      this.number = number;
      this.buffer = buffer;
    }

    MemorySegment block() {
      return buffer.asSlice(0, length);
    }

    MemorySegment rest() {
      return buffer.asSlice(from, to - from);
    }
  }

  private final Ring ring;
  private final Path from;
  private final int source;
  private final Path to;
  private final int target;
  private final long size;
  private final Shape shape;

  /** Null if zeros are written like everything else. */
  private final @Nullable Zeros zeros;

  private final List<Slot> slots = new ArrayList<>();
  private long next;
  private long done;
  private long holes;
  private int inFlight;
  private @Nullable IOException failure;
  private boolean stopping;

  /**
   * A copy of the first bytes of a file.
   *
   * @param from for messages
   * @param source its descriptor
   * @param to for messages
   * @param target its descriptor
   * @param size bytes
   * @param sparse whether zeros are left out
   */
  BlockCopier(
      Ring ring,
      Path from,
      int source,
      Path to,
      int target,
      long size,
      boolean sparse,
      Shape shape) {
    this.ring = ring;
    this.from = from;
    this.source = source;
    this.to = to;
    this.target = target;
    this.size = size;
    this.shape = shape;
    this.zeros = sparse ? new Zeros(Math.min(shape.block(), size)) : null;
  }

  /**
   * Copies.
   *
   * @throws EOFException if the source is shorter than it was
   * @throws InterruptedIOException on an interrupt, when what was under way has ended
   */
  void run(Progress progress) throws IOException {
    // Shared: confined memory the simulator's threads would have to ask this one for.
    try (Arena arena = Arena.ofShared()) {
      for (int i = 0; i < shape.workers(size); i++) {
        slots.add(new Slot(i, arena.allocate(Math.min(shape.block(), size), PAGE)));
      }
      try {
        slots.forEach(this::begin);
        while (inFlight > 0) {
          await();
          progress.advanced("copying", done, size);
        }
      } finally {
        // The kernel has some of the buffers, which are about to be freed.
        stopping = true;
        while (inFlight > 0) {
          await();
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (done < size) {
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Bytes of zeros that were left out. */
  long holes() {
    return holes;
  }

  /** What it took. */
  Effort effort() {
    return new Effort(ring.stats().submitted(), ring.stats().enters());
  }

  /** Waits for half of what is under way: the other half keeps the device busy meanwhile. */
  private void await() {
    ring.submitAndWait(Math.ceilDiv(inFlight, 2));
    ring.reap(this);
    stopping |= Thread.currentThread().isInterrupted() || failure != null;
  }

  @Override
  public void onCompletion(long userData, int result, int flags) {
    inFlight--;
    Slot slot = slots.get((int) userData);
    if (result == -Errno.EINTR || result == -Errno.EAGAIN) {
      submit(slot);
    } else if (result < 0) {
      fail(slot, -result);
    } else if (result == 0) {
      // Nothing more to read: it has shrunk. Nothing written is not an answer that files give.
      fail(slot, slot.writing ? Errno.EIO : 0);
    } else {
      advance(slot, result);
    }
  }

  /** Takes the next block, if there is one. */
  private void begin(Slot slot) {
    if (stopping || next == size) {
      return;
    }
    slot.position = next;
    slot.length = (int) Math.min(shape.block(), size - next);
    slot.from = 0;
    slot.to = slot.length;
    slot.writing = false;
    next += slot.length;
    submit(slot);
  }

  private void advance(Slot slot, int moved) {
    slot.from += moved;
    if (slot.from < slot.to) {
      submit(slot);
    } else if (slot.writing) {
      writeNext(slot);
    } else {
      slot.writing = true;
      slot.from = 0;
      slot.to = 0;
      writeNext(slot);
    }
  }

  /** Writes the data behind what has been written of the block, up to the next hole. */
  private void writeNext(Slot slot) {
    if (stopping) {
      return;
    }
    int written = slot.to;
    slot.from = zeros == null ? written : (int) zeros.data(slot.block(), written);
    holes += slot.from - written;
    if (slot.from == slot.length) {
      done += slot.length;
      begin(slot);
      return;
    }
    slot.to = zeros == null ? slot.length : (int) zeros.hole(slot.block(), slot.from);
    submit(slot);
  }

  private void submit(Slot slot) {
    long at = slot.position + slot.from;
    if (slot.writing) {
      ring.next().write(target, slot.rest(), at).userData(slot.number);
    } else {
      ring.next().read(source, slot.rest(), at).userData(slot.number);
    }
    inFlight++;
  }

  private void fail(Slot slot, int errno) {
    if (failure == null) {
      failure =
          errno == 0
              ? new EOFException("ended at byte " + (slot.position + slot.from))
              : new TransferFailedException(
                  slot.writing
                      ? new Detail(errno, Op.WRITE, to.toString())
                      : new Detail(errno, Op.READ, from.toString()));
    }
  }
}
