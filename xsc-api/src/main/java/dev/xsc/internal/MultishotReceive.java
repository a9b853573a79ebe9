// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.BufferGroup;
import dev.xsc.ring.CompletionHandler;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import dev.xsc.ring.Sqe;
import dev.xsc.spi.KernelException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Receives with one entry for many arrivals, each in a buffer of the operation's own group, until
 * the stream ends, fails, or the operation is cancelled. When the reader holds all buffers it
 * pauses: the peer's data waits in the kernel, as it does for any slow reader.
 *
 * <p>The group belongs to the loop's thread. Buffers come back through a queue that the loop
 * empties when it is here anyway; only while the operation pauses does giving one back wake it.
 */
public final class MultishotReceive extends Operation<@Nullable Void> {
  /** Takes what arrives, on the loop's thread. */
  public interface Sink {
    /** Bytes in buffer {@code id}, to be given back with {@link MultishotReceive#giveBack}. */
    void arrived(MemorySegment bytes, int id);

    /** Nothing more arrives: the end of the stream for 0, else a negated errno. */
    void ended(int result);
  }

  private final Handle target;
  private final Sink sink;
  private final int bufferSize;
  private final int count;

  /** Kept until both sides have let go of it: a reader may hold a buffer longer than the kernel. */
  private final MemorySegment memory;

  private final Queue<Integer> returned = new MpscUnboundedVarHandleArrayQueue<>(16);
  private volatile boolean waits;

  // Loop thread only.
  private @Nullable BufferGroup group;
  private int held;
  private int terminalFlags;

  /**
   * A receive.
   *
   * @param bufferSize bytes, 1 or more
   * @param count a power of two up to 32768
   */
  public MultishotReceive(Handle handle, int bufferSize, int count, Sink sink) {
    super(handle.loop(), Op.RECV, handle);
    this.target = handle;
    this.sink = sink;
    this.bufferSize = bufferSize;
    this.count = count;
    this.memory = Arena.ofAuto().allocate((long) bufferSize * count, 64);
  }

  /** Gives a buffer back; once for each that has arrived. Any thread. */
  public void giveBack(int id) {
    returned.add(id);
    // Volatile, after the queue's store: pairs with pauses(), which sets it, then looks again.
    if (waits) {
      loop.resume(this);
    }
  }

  @Override
  void fill(Sqe sqe) {
    BufferGroup ready = group;
    if (ready == null) {
      try {
        ready = loop.bufferGroups().open(memory, bufferSize, count);
      } catch (KernelException e) {
        throw new UncheckedIOException(e);
      }
      group = ready;
    }
    recycle(ready);
    sqe.recvMultishot(target.fd(), ready, 0);
  }

  @Override
  void more(int res, int flags) {
    BufferGroup ready = group;
    if (ready == null || res <= 0 || (flags & CompletionHandler.BUFFER) == 0) {
      return;
    }
    MemorySegment bytes = ready.received(res, flags);
    held++;
    sink.arrived(bytes, BufferGroup.bufferId(flags));
    recycle(ready);
  }

  private void recycle(BufferGroup ready) {
    Integer id;
    while ((id = returned.poll()) != null) {
      ready.recycle(id);
      held--;
    }
  }

  @Override
  void terminal(int res, int flags) {
    super.terminal(res, flags);
    terminalFlags = flags;
  }

  @Override
  boolean again(int res) {
    // The kernel may end the entry with a last arrival, and does if its completion queue was full.
    more(res, terminalFlags);
    return res > 0 || res == -Errno.ENOBUFS || super.again(res);
  }

  @Override
  boolean pauses() {
    if (held < count && returned.isEmpty()) {
      return false;
    }
    waits = true;
    // After the volatile store: pairs with giveBack(), which adds, then looks whether we wait.
    BufferGroup ready = group;
    if (ready != null) {
      recycle(ready);
    }
    if (held == count) {
      return true;
    }
    waits = false;
    return false;
  }

  @Override
  void release() {
    if (group != null) {
      loop.bufferGroups().close(group);
      group = null;
    }
    waits = false;
  }

  @Override
  void settle(int res) {
    sink.ended(res);
  }

  @Override
  @Nullable Void value(int res) {
    return null;
  }
}
