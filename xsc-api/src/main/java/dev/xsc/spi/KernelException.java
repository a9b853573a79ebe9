// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import dev.xsc.ring.Errno;
import java.io.IOException;

/**
 * A kernel refused to be set up, entered or given something. The message says what, why, and what
 * to do.
 */
public class KernelException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String explanation;
  private final String remedy;

  /**
   * A refusal.
   *
   * @param errno positive {@link Errno}, or 0 if the cause is not a system call
   * @param explanation what was asked for, and why it was refused
   * @param remedy what to do about it; may be empty
   */
  public KernelException(int errno, String explanation, String remedy) {
    super(
        (errno == 0 ? "" : Errno.name(errno) + ": ")
            + explanation
            + (remedy.isEmpty() ? "" : "; " + remedy));
    this.errno = errno;
    this.explanation = explanation;
    this.remedy = remedy;
  }

  /** A refusal without a remedy of its own: the explanation says it all. */
  public KernelException(int errno, String explanation) {
    this(errno, explanation, "");
  }

  /** The positive {@link Errno}, or 0. */
  public int errno() {
    return errno;
  }

  /** What was asked for, and why it was refused, without the name of the error. */
  public String explanation() {
    return explanation;
  }

  /** What to do about it, or an empty string. */
  public String remedy() {
    return remedy;
  }
}
