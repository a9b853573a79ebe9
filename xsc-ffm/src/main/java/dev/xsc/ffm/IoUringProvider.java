// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm;

import dev.xsc.ffm.internal.IoUringKernel;
import dev.xsc.ffm.internal.NativePlatform;
import dev.xsc.ring.Availability;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.KernelProvider;

/** Provider of {@link KernelKind#IO_URING}. */
public final class IoUringProvider implements KernelProvider {
  /** For {@link java.util.ServiceLoader}. */
  public IoUringProvider() {}

  @Override
  public KernelKind kind() {
    return KernelKind.IO_URING;
  }

  @Override
  public Availability availability() {
    Availability platform = NativePlatform.availability();
    if (!platform.available()) {
      return platform;
    }
    try (Kernel kernel = IoUringKernel.open(RingOptions.builder().entries(1).build())) {
      return Availability.yes(kernel.capabilities().description());
    } catch (KernelException e) {
      return Availability.no(e.explanation(), e.remedy());
    }
  }

  @Override
  public Kernel open(RingOptions options) throws KernelException {
    NativePlatform.require();
    return IoUringKernel.open(options);
  }
}
