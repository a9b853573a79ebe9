// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import org.jspecify.annotations.Nullable;

/**
 * Memory was touched while it was the kernel's. The stack is where that was found, at the end of
 * the operation; the cause is where it was submitted, if that was kept.
 */
public final class CustodyError extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** A misuse of memory. */
  public CustodyError(String message, @Nullable Throwable submission) {
    super(message, submission);
  }
}
