// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Availability;
import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Feature;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.KernelPolicy;
import dev.xsc.ring.Kernels;
import dev.xsc.ring.Op;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Support;
import dev.xsc.spi.KernelException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a ring can do, as it says, and options that it refuses. */
class OptionsTest extends RingTest {
  private static final Set<Op> EMULATED =
      EnumSet.of(Op.SOCKET, Op.BIND, Op.LISTEN, Op.FTRUNCATE, Op.ACCEPT, Op.CONNECT, Op.SHUTDOWN);

  @Test
  void theKernelUnderTestIsTheOneThatWasAskedFor() {
    assertEquals(kernel.kind(), ring.ring().kernel());
    assertTrue(Kernels.availability().get(kernel.kind()).available());
  }

  @Test
  void everyOperationCanBeUsed() {
    Capabilities capabilities = ring.ring().capabilities();
    for (Op op : Op.values()) {
      assertTrue(capabilities.has(op), () -> op + " on " + capabilities);
    }
  }

  @Test
  void whatTheProfileMasksIsEmulatedOrUnsupported() {
    Capabilities capabilities = ring.ring().capabilities();
    for (Op op : Op.values()) {
      if (kernel.profile().masks(op)) {
        assertEquals(
            EMULATED.contains(op) ? Support.EMULATED : Support.UNSUPPORTED,
            capabilities.support(op));
      }
    }
    for (Feature feature : Feature.values()) {
      if (kernel.profile().masks(feature)) {
        assertFalse(capabilities.support(feature) == Support.NATIVE, feature::toString);
      }
    }
  }

  @Test
  void featuresThatEveryRingNeedsAreThere() {
    Capabilities capabilities = ring.ring().capabilities();
    for (Feature feature :
        List.of(
            Feature.MULTISHOT_ACCEPT,
            Feature.MULTISHOT_RECV,
            Feature.BUFFER_GROUPS,
            Feature.FIXED_FILES,
            Feature.FIXED_BUFFERS,
            Feature.NO_DROP)) {
      assertTrue(capabilities.has(feature), () -> feature + " on " + capabilities);
    }
  }

  @Test
  void anOperationThatIsMaskedAndNotEmulatedIsRefusedByName() {
    Ring raw = openRaw(options -> options.withoutNative(Op.FSYNC, Op.STATX));
    assertFalse(raw.capabilities().has(Op.FSYNC));
    var e = assertThrows(UnsupportedOperationException.class, () -> raw.next().fsync(1));
    assertTrue(e.getMessage().contains("FSYNC"), e.getMessage());
    assertTrue(e.getMessage().contains("Capabilities"), e.getMessage());
  }

  @Test
  void aMaskedFeatureIsRefusedByName() {
    Ring raw = openRaw(options -> options.withoutNative(Feature.FIXED_FILES));
    var e = assertThrows(UnsupportedOperationException.class, () -> raw.registerFiles(0));
    assertTrue(e.getMessage().contains("FIXED_FILES"), e.getMessage());
  }

  @Test
  void aKernelThatIsMissingIsRefusedWithCauseAndRemedy() {
    for (KernelKind kind : KernelKind.values()) {
      Availability availability = Kernels.availability().get(kind);
      if (!availability.available()) {
        var e =
            assertThrows(
                KernelException.class,
                () ->
                    Ring.open(
                        RingOptions.builder()
                            .kernel(kind)
                            .environment(World.get().environment())
                            .build()));
        assertTrue(e.getMessage().contains(kind.id()), e.getMessage());
        assertTrue(e.getMessage().contains(availability.detail()), e.getMessage());
        assertTrue(e.getMessage().contains(availability.remedy()), e.getMessage());
      }
    }
  }

  @Test
  void sizesAreRoundedUpToPowersOfTwo() {
    RingOptions options = RingOptions.builder().entries(100).completionEntries(300).build();
    assertEquals(128, options.entries());
    assertEquals(512, options.completionEntries());
    assertEquals(128, openRaw(o -> o.entries(100)).room());
  }

  @Test
  void badOptionsAreRefusedWithValueAndLimit() {
    RingOptions.Builder builder = RingOptions.builder();
    assertRefused(() -> builder.entries(0), "0", "4096");
    assertRefused(() -> builder.entries(4097), "4097", "4096");
    assertRefused(() -> builder.completionEntries(8193), "8193", "8192");
    assertRefused(() -> builder.submissionPolling(0), "0", "60000");
    assertRefused(() -> builder.entries(64).completionEntries(32).build(), "32", "64");
    assertRefused(() -> KernelPolicy.parse("windows"), "windows", "io_uring");
    assertRefused(() -> new KernelPolicy(List.of()), "at least one");
  }

  private static void assertRefused(Executable call, String... parts) {
    var e = assertThrows(IllegalArgumentException.class, call);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }
}
