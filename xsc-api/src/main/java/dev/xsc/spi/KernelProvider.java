// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import dev.xsc.ring.Availability;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.RingOptions;

/**
 * Finds and opens one kind of kernel; discovered by {@link java.util.ServiceLoader}. Thread-safe.
 *
 * <p>A provider whose kernel cannot exist here (another operating system) still loads and says so.
 */
public interface KernelProvider {
  /** Which kernel it opens. */
  KernelKind kind();

  /** Whether {@link #open} would work now, and if not why and what to do. Never throws. */
  Availability availability();

  /**
   * Opens a ring's kernel side. The calling thread becomes its owner.
   *
   * @throws KernelException with cause and remedy
   */
  Kernel open(RingOptions options) throws KernelException;
}
