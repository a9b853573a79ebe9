// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LullTest {
  private final Lull lull = new Lull(4);

  /** Looks until told to stop; returns how often. */
  private int looks() {
    int looks = 0;
    while (lull.looksOn()) {
      looks++;
      assertTrue(looks <= Lull.LOOKS, "looks for ever");
    }
    return looks;
  }

  @Test
  void itLooksOnlyIfSomebodyMayComeBack() {
    assertEquals(0, looks());
    lull.ended();
    assertEquals(Lull.LOOKS, looks());
  }

  @Test
  void itStopsWhenAllHaveComeBack() {
    lull.ended();
    lull.ended();
    assertTrue(lull.looksOn());
    lull.came();
    assertTrue(lull.looksOn());
    lull.came();
    assertFalse(lull.looksOn());
  }

  @Test
  void whoHasComeDoesNotWaitLongForTheOthers() {
    lull.ended();
    lull.ended();
    lull.came();
    assertEquals(Lull.LOOKS_FOR_MORE, looks());
  }

  @Test
  void manyCallersNeedTheProcessorThemselves() {
    for (int i = 0; i < 4; i++) {
      lull.ended();
    }
    assertEquals(0, looks());
    lull.entered();
  }

  @Test
  void withOneProcessorItNeverLooks() {
    Lull alone = new Lull(1);
    alone.ended();
    assertFalse(alone.looksOn());
  }

  @Test
  void lookingInVainIsTriedLessAndLessOften() {
    int looked = 0;
    for (int round = 0; round < 1000; round++) {
      lull.ended();
      looked += looks() > 0 ? 1 : 0;
      lull.entered();
    }
    assertTrue(looked > 10 && looked < 30, looked + " of 1000 rounds");
    int rounds = 0;
    do {
      lull.entered();
      lull.ended();
      rounds++;
      assertTrue(rounds <= Lull.MOST_SKIPPED + 1, "never looks again");
    } while (!lull.looksOn());
    lull.came();
    assertFalse(lull.looksOn());
    lull.entered();
    lull.ended();
    assertTrue(lull.looksOn(), "it paid: looks each time again");
  }
}
