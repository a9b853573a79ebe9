// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import dev.xsc.ring.Availability;
import dev.xsc.spi.KernelException;
import java.nio.ByteOrder;
import java.util.Locale;

/** Whether native kernels can exist on this machine at all. */
public final class NativePlatform {
  private NativePlatform() {}

  /** Linux on a 64-bit little-endian machine, with native access allowed. */
  public static Availability availability() {
    String os = System.getProperty("os.name", "unknown");
    if (!os.toLowerCase(Locale.ROOT).startsWith("linux")) {
      return Availability.no("the operating system is " + os, "use Linux, or the simulator here");
    }
    String arch = System.getProperty("os.arch", "unknown");
    boolean known = arch.equals("amd64") || arch.equals("aarch64");
    if (!known || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      return Availability.no(
          "the processor is " + arch, "use x86-64 or arm64, or the simulator here");
    }
    try {
      // Loads the class, and with it every function it needs.
      var _ = Libc.INSTANCE;
    } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return Availability.no(
          "native access failed: " + cause.getMessage(),
          "start java with --enable-native-access=dev.xsc.ffm (class path: ALL-UNNAMED)");
    }
    return Availability.yes("Linux " + arch);
  }

  /** Throws what {@link #availability()} says, if it says no. */
  public static void require() throws KernelException {
    Availability platform = availability();
    if (!platform.available()) {
      throw new KernelException(0, platform.detail(), platform.remedy());
    }
  }
}
