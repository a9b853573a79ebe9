// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.info;

import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.ring.Availability;
import dev.xsc.ring.Capabilities;
import dev.xsc.ring.KernelKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One kernel: whether it can be used, and what it can do.
 *
 * @param kind which
 * @param availability whether it can be used here
 * @param capabilities of a ring on it as a program gets it; null if there is none
 */
public record KernelReport(
    KernelKind kind, Availability availability, @Nullable Capabilities capabilities) {
  /** Opens a ring on the kernel, to ask it. */
  static KernelReport of(KernelKind kind, Availability availability) {
    if (!availability.available()) {
      return new KernelReport(kind, availability, null);
    }
    try (Xsc xsc = Xsc.open(XscOptions.builder().kernel(kind).eventLoops(1).build())) {
      return new KernelReport(kind, availability, xsc.capabilities());
    } catch (IOException e) {
      Availability refused =
          Availability.no("said to be available, but: " + e.getMessage(), "report this defect");
      return new KernelReport(kind, refused, null);
    }
  }
}
