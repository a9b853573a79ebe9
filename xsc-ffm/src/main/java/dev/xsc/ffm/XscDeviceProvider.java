// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm;

import dev.xsc.ffm.internal.NativePlatform;
import dev.xsc.ffm.internal.XscKernel;
import dev.xsc.ring.Availability;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.KernelProvider;

/** Provider of {@link KernelKind#XSC}: the driver behind {@code /dev/xsc}. */
public final class XscDeviceProvider implements KernelProvider {
  /** For {@link java.util.ServiceLoader}. */
  public XscDeviceProvider() {}

  @Override
  public KernelKind kind() {
    return KernelKind.XSC;
  }

  @Override
  public Availability availability() {
    Availability platform = NativePlatform.availability();
    if (!platform.available()) {
      return platform;
    }
    try (Kernel kernel = XscKernel.open(RingOptions.builder().entries(1).build())) {
      return Availability.yes(kernel.capabilities().description());
    } catch (KernelException e) {
      return Availability.no(e.explanation(), e.remedy());
    }
  }

  @Override
  public Kernel open(RingOptions options) throws KernelException {
    NativePlatform.require();
    return XscKernel.open(options);
  }
}
