// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm;

import dev.xsc.ffm.internal.NativePlatform;
import dev.xsc.ring.Availability;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.KernelProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Provider of {@link KernelKind#XSC}: says whether the device is there. This release has no kernel
 * for it yet.
 */
public final class XscDeviceProvider implements KernelProvider {
  private static final Path DEVICE = Path.of("/dev/xsc");

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
    if (!Files.exists(DEVICE)) {
      return Availability.no("no device " + DEVICE, "load the driver: modprobe xsc");
    }
    return Availability.no(
        DEVICE + " is there, but this release cannot map it", "use a release that can");
  }

  @Override
  public Kernel open(RingOptions options) throws KernelException {
    Availability why = availability();
    throw new KernelException(0, why.detail(), why.remedy());
  }
}
