// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Posix;
import org.jspecify.annotations.Nullable;

/** The name of a local socket in the file system; made by {@code bind(2)}. */
public final class SocketFile extends Inode {
  private @Nullable Object owner;

  SocketFile(long number, int permissions, long now) {
    super(number, Posix.S_IFSOCK | permissions, now);
  }

  @Override
  long size() {
    return 0;
  }

  /** The socket that is bound to it; null after it was closed or the machine restarted. */
  public @Nullable Object owner() {
    return owner;
  }

  /** Sets the socket. */
  public void own(@Nullable Object socket) {
    owner = socket;
  }
}
