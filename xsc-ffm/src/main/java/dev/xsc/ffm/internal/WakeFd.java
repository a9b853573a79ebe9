// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.xsc.ring.Errno;
import dev.xsc.spi.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An event descriptor that ends a ring's wait: the ring keeps a read of it in flight. {@link
 * #wake()} may be called from any thread, also after {@link #close()}.
 */
final class WakeFd {
  /** What a wake-up adds to the descriptor. */
  private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1);

  private static final int EFD_CLOEXEC = 0x80000;

  private final int fd;

  /** Guarded by this: after closing, the number may belong to somebody else's file. */
  private boolean closed;

  private WakeFd(int fd) {
    this.fd = fd;
  }

  static WakeFd open() throws KernelException {
    int fd = Libc.eventfd(EFD_CLOEXEC);
    if (fd < 0) {
      throw new KernelException(-fd, "no eventfd for wake-ups; raise the limit with 'ulimit -n'");
    }
    return new WakeFd(fd);
  }

  int fd() {
    return fd;
  }

  synchronized void wake() {
    if (closed) {
      return;
    }
    int result = Libc.INSTANCE.write(fd, ONE);
    if (result < 0) {
      throw new IllegalStateException("wake-up failed with " + Errno.name(result));
    }
  }

  synchronized void close() {
    closed = true;
    Libc.INSTANCE.close(fd);
  }
}
