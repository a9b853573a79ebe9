// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Posix;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An open file description: what descriptors, registered tables and requests in flight hold. It is
 * closed when the last of them lets go, so a descriptor that is closed under a request in flight
 * does not pull the file from under it.
 *
 * <p>Any thread.
 */
public final class OpenFile {
  private static final System.Logger LOG = System.getLogger("dev.xsc.sim");
  private static final int ACCESS_MODE = 3;

  /** Serialises transfers at the position. */
  final ReentrantLock positionLock = new ReentrantLock();

  /** Guarded by {@link #positionLock}. */
  long position;

  /** Requests that wait for this file, of the engine that asked last: a shortcut past a look-up. */
  @Nullable WaitList waiters;

  private final FileObject object;
  private final int flags;
  private final AtomicInteger holders = new AtomicInteger(1);

  OpenFile(FileObject object, int flags) {
    this.object = object;
    this.flags = flags;
  }

  FileObject object() {
    return object;
  }

  boolean readable() {
    return (flags & ACCESS_MODE) != Posix.O_WRONLY;
  }

  boolean writable() {
    return (flags & ACCESS_MODE) != Posix.O_RDONLY;
  }

  boolean appends() {
    return (flags & Posix.O_APPEND) != 0;
  }

  boolean nonBlocking() {
    return (flags & Posix.O_NONBLOCK) != 0;
  }

  /** Takes a share, false if the last one has gone. */
  boolean hold() {
    int seen = holders.get();
    while (seen > 0) {
      if (holders.compareAndSet(seen, seen + 1)) {
        return true;
      }
      seen = holders.get();
    }
    return false;
  }

  /**
   * Gives a share back; the last closes the file.
   *
   * @return whether this closed it
   */
  boolean release() {
    if (holders.decrementAndGet() > 0) {
      return false;
    }
    try {
      object.close();
    } catch (IOException e) {
      // close(2) frees the descriptor whatever it returns, and most callers are past reporting.
      LOG.log(Level.WARNING, "closing " + object, e);
    }
    return true;
  }
}
