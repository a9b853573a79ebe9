// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How often is attempted what may fail. */
class OptimismTest {
  private final Optimism optimism = new Optimism();

  private int waitsUntilDue() {
    int waits = 0;
    while (!optimism.isDue()) {
      waits++;
    }
    return waits;
  }

  @Test
  void beginsHopefulAndStaysSoWhileItIsRight() {
    for (int i = 0; i < 100; i++) {
      assertTrue(optimism.isDue());
      optimism.was(true);
    }
  }

  @Test
  void disappointmentsMakeItRarer() {
    int[] expected = {4, 8, 16, 32, 64, 64, 64};
    for (int pause : expected) {
      optimism.was(false);
      assertEquals(pause, waitsUntilDue());
    }
  }

  @Test
  void successesBringItBack() {
    for (int i = 0; i < 10; i++) {
      optimism.was(false);
      waitsUntilDue();
    }
    for (int i = 0; i < 10; i++) {
      optimism.was(true);
      assertTrue(optimism.isDue());
    }
    optimism.was(false);
    assertEquals(4, waitsUntilDue());
  }
}
