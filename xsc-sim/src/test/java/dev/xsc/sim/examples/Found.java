// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.sim.Search;
import dev.xsc.sim.SimulationFailure;

/** What the examples expect of a search that finds their bug. */
final class Found {
  private static final String REPLAY = "dev.xsc.sim.replay";

  private Found() {}

  /** Searches, expects a failure, and that the line that it prints gives the same run again. */
  static SimulationFailure by(Search search, String message) {
    SimulationFailure failure = assertThrows(SimulationFailure.class, search::run);
    assertTrue(failure.getMessage().contains(message), failure::getMessage);
    assertTrue(failure.getMessage().contains("made smaller"), failure::getMessage);
    System.setProperty(REPLAY, failure.replay());
    try {
      SimulationFailure again = assertThrows(SimulationFailure.class, search::run);
      assertEquals(failure.trace(), again.trace());
    } finally {
      System.clearProperty(REPLAY);
    }
    return failure;
  }

  static void traceHas(SimulationFailure failure, String what) {
    assertTrue(failure.trace().contains(what), failure::trace);
  }
}
