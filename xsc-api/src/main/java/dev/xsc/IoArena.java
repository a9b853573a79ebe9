// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.BufferState;
import dev.xsc.internal.Leaks;
import dev.xsc.spi.Environment;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Allocates {@link IoBuffer}s and frees them all at once, but never one that an operation has. Any
 * thread.
 *
 * <p>In checked mode every access to a buffer in flight fails, and an arena that is dropped without
 * being closed is logged with the place where it was made. Checked mode is on by default where Java
 * assertions are ({@code -ea}) and on the simulator; the system property {@code dev.xsc.checked}
 * decides otherwise.
 */
public final class IoArena implements AutoCloseable {
  private final Arena memory;
  private final boolean checked;
  private final Leaks.Tracked tracked;
  private final List<IoBuffer> buffers = new ArrayList<>();
  private boolean closed;

  private IoArena(boolean checked, Environment environment) {
    this.checked = checked;
    memory = environment.newArena();
    tracked = Leaks.track(this, "IoArena", checked && !environment.mayLosePower());
  }

  /** An arena in the default mode. */
  public static IoArena open() {
    return open(Leaks.CHECKED_BY_DEFAULT);
  }

  /** An arena in checked mode, or not. */
  public static IoArena open(boolean checked) {
    return open(checked, Environment.system());
  }

  static IoArena open(boolean checked, Environment environment) {
    return new IoArena(checked, environment);
  }

  /** A zeroed buffer, aligned to 64 bytes. */
  public IoBuffer allocate(long size) {
    return allocate(size, 64);
  }

  /**
   * A zeroed buffer.
   *
   * @param size bytes, 1 or more
   * @param alignment a power of two; 4096 suits {@link RingOpenOption#DIRECT}
   */
  public synchronized IoBuffer allocate(long size, long alignment) {
    if (size < 1) {
      throw new IllegalArgumentException("buffer of " + size + " bytes: must be 1 or more");
    }
    if (closed) {
      throw new IllegalStateException("the arena is closed");
    }
    IoBuffer buffer = new IoBuffer(memory.allocate(size, alignment), new BufferState(), checked);
    buffers.add(buffer);
    return buffer;
  }

  /**
   * Frees all buffers.
   *
   * @throws IllegalStateException if an operation has one of them; nothing is freed then, and
   *     closing may be tried again
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    for (int i = 0; i < buffers.size(); i++) {
      if (!buffers.get(i).state().tryClose()) {
        IoBuffer busy = buffers.get(i);
        buffers.subList(0, i).forEach(buffer -> buffer.state().reopen());
        throw new IllegalStateException(
            "arena with a buffer in flight: " + busy + "; wait for its completion");
      }
    }
    closed = true;
    tracked.close();
    memory.close();
  }
}
