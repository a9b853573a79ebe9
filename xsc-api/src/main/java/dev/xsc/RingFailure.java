// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.ErrnoWords;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import java.io.Serializable;

/**
 * What every {@link java.io.IOException} of a ring operation knows. Where Java has a class for the
 * error ({@link java.nio.file.NoSuchFileException}, {@link java.net.ConnectException}, …) the
 * exception is one of it; this interface adds the rest.
 */
public interface RingFailure {
  /** All of it. */
  Detail detail();

  /** The positive error number; see {@link Errno}. */
  default int errno() {
    return detail().errno();
  }

  /** The operation that failed. */
  default Op op() {
    return detail().op();
  }

  /** The path, address or descriptor that it was about. */
  default String target() {
    return detail().target();
  }

  /**
   * One failure.
   *
   * @param errno positive error number
   * @param op the operation
   * @param target path, address or descriptor
   */
  record Detail(int errno, Op op, String target) implements Serializable {
    /** As in {@code ENOENT from OPENAT}, with the meaning of less known errors in brackets. */
    public String reason() {
      return ErrnoWords.describe(errno) + " from " + op;
    }
  }
}
