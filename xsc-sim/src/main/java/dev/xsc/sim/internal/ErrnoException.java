// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import java.io.IOException;

/** A system call of the simulated kernel failed with this error number; carries no stack trace. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * A failure.
   *
   * @param errno positive {@link Errno}
   */
  public ErrnoException(int errno) {
    super(Errno.name(errno));
    this.errno = errno;
  }

  /** The positive {@link Errno}. */
  public int errno() {
    return errno;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
