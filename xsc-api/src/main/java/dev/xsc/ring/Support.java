// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/** How an operation or feature is provided on the kernel at hand. */
public enum Support {
  /** The kernel does it. */
  NATIVE,
  /**
   * The library does it, with the same result. Emulated operations run when the batch is submitted
   * and cannot be linked or drained.
   */
  EMULATED,
  /** Not available; using it throws {@link UnsupportedOperationException}. */
  UNSUPPORTED
}
