// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.spi.KernelException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelPolicyTest {
  @Test
  void namesAreReadInOrder() {
    assertEquals(
        List.of(KernelKind.IO_URING, KernelKind.SIMULATOR),
        KernelPolicy.parse(" io-uring , Simulator").order());
    assertEquals(KernelPolicy.only(KernelKind.XSC), KernelPolicy.parse("xsc"));
    KernelPolicy all = KernelPolicy.prefer(KernelKind.SIMULATOR, KernelKind.XSC);
    assertEquals("simulator,xsc", all.toString());
    assertEquals(all, KernelPolicy.parse(all.toString()));
  }

  @Test
  void whatIsNoOrderIsRefusedWithWhatThereIs() {
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> KernelPolicy.parse("uring"));
    assertTrue(
        unknown.getMessage().contains("'uring'") && unknown.getMessage().contains("io_uring"),
        unknown::toString);
    assertThrows(IllegalArgumentException.class, () -> KernelPolicy.parse("xsc,xsc"));
    assertThrows(IllegalArgumentException.class, () -> KernelPolicy.parse("xsc,"));
    assertThrows(IllegalArgumentException.class, () -> new KernelPolicy(List.of()));
  }

  @Test
  void thePropertyDecidesElseTheBestKernelIsFirst() {
    String before = System.getProperty(KernelPolicy.PROPERTY);
    try {
      System.setProperty(KernelPolicy.PROPERTY, "simulator");
      assertEquals(KernelPolicy.only(KernelKind.SIMULATOR), KernelPolicy.systemDefault());
      System.setProperty(KernelPolicy.PROPERTY, " ");
      assertEquals(List.of(KernelKind.values()), KernelPolicy.systemDefault().order());
      System.clearProperty(KernelPolicy.PROPERTY);
      assertEquals("xsc,io_uring,simulator", KernelPolicy.systemDefault().toString());
    } finally {
      if (before == null) {
        System.clearProperty(KernelPolicy.PROPERTY);
      } else {
        System.setProperty(KernelPolicy.PROPERTY, before);
      }
    }
  }

  @Test
  void whenAllAreMissingEachSaysWhyAndWhatToAdd() {
    // This module has no kernel on its own.
    RingOptions options =
        RingOptions.builder()
            .kernel(KernelPolicy.prefer(KernelKind.IO_URING, KernelKind.SIMULATOR))
            .build();
    KernelException e = assertThrows(KernelException.class, () -> Kernels.open(options));
    assertTrue(
        e.getMessage().contains("io_uring: no provider")
            && e.getMessage().contains("dev.xsc:xsc-ffm")
            && e.getMessage().contains("simulator: no provider")
            && e.getMessage().contains("dev.xsc:xsc-sim"),
        e::toString);
  }
}
