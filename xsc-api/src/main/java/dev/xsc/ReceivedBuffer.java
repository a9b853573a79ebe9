// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.Arrivals;
import dev.xsc.internal.BufferState;
import dev.xsc.internal.Leaks;
import dev.xsc.internal.MultishotReceive;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A piece of what a {@link Receiver} got. The reader has the memory until it closes this, which
 * gives the buffer back, once; afterwards the memory must not be touched. In checked mode touching
 * {@link #data()} then fails, and a piece that is dropped without being closed is logged.
 */
public final class ReceivedBuffer implements AutoCloseable {
  private final IoBuffer data;
  private final MultishotReceive receive;
  private final int id;
  private final Leaks.Tracked tracked;

  private ReceivedBuffer(IoBuffer data, MultishotReceive receive, int id, boolean watched) {
    this.data = data;
    this.receive = receive;
    this.id = id;
    tracked = Leaks.track(this, "a ReceivedBuffer, which its receiver now lacks,", watched);
  }

  /** The bytes; may be written to a file or socket as they are. */
  public IoBuffer data() {
    return data;
  }

  /** Bytes, 1 or more. */
  public int size() {
    return (int) data.size();
  }

  /**
   * Gives the buffer back. Doing so again does nothing.
   *
   * @throws IllegalStateException if an operation has {@link #data()}; nothing is given back then,
   *     and closing may be tried again
   */
  @Override
  public void close() {
    BufferState state = data.state();
    if (state.tryClose()) {
      tracked.close();
      receive.giveBack(id);
    } else if (state.inFlight() > 0) {
      state.checkIdle("close");
    }
  }

  @Override
  public String toString() {
    return "ReceivedBuffer[" + data + "]";
  }

  /** Makes the pieces of one receiver. */
  static final class Source {
    private final boolean checked;
    private final boolean watched;
    private @Nullable MultishotReceive receive;

    Source(RingSocket socket) {
      checked = socket.xsc.checked();
      watched = socket.xsc.reportsLeaks();
    }

    /** Names the operation; before it is submitted. */
    void of(MultishotReceive operation) {
      receive = operation;
    }

    MultishotReceive.Sink into(Arrivals<ReceivedBuffer> arrivals) {
      return new MultishotReceive.Sink() {
        @Override
        public void arrived(MemorySegment bytes, int id) {
          IoBuffer data = new IoBuffer(bytes, new BufferState(), checked);
          arrivals.add(new ReceivedBuffer(data, Objects.requireNonNull(receive), id, watched));
        }

        @Override
        public void ended(int result) {
          if (result >= 0) {
            arrivals.end();
          }
        }
      };
    }
  }
}
