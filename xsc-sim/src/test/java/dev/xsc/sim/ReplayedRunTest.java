// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** One run of a search, with its trace. */
class ReplayedRunTest {
  private static final Search CHOICE =
      Search.of(
              simulation -> {
                int number = simulation.choose(10);
                simulation.note("test", "chose " + number);
                if (number == 9) {
                  throw new IllegalStateException("nine");
                }
              })
          .seeds(0, 500)
          .swarm(Fault.Group.THREADS, Fault.Group.CRASH);

  @Test
  void aFailureIsRepeatedWithItsTrace() {
    SimulationFailure failure = assertThrows(SimulationFailure.class, CHOICE::run);
    Search.Run run = CHOICE.replay(failure.replay());
    assertNotNull(run.failure());
    assertEquals(failure.trace(), run.trace().text());
    assertEquals(failure.replay(), run.replay());
  }

  @Test
  void theLineOfASeedHasItsFaults() {
    String line = CHOICE.lineFor(7);
    assertEquals(
        "seed=7 faults=" + FaultPlan.swarm(7, EnumSet.of(Fault.Group.THREADS, Fault.Group.CRASH)),
        line);
  }

  @Test
  void withOneFaultPlanAllSeedsHaveThat() {
    FaultPlan plan = FaultPlan.NONE.with(Fault.RING_BUSY, 0.5);
    assertEquals("seed=3 faults=RING_BUSY=0.5", CHOICE.faults(plan).lineFor(3));
  }

  @Test
  void faultsThatStrikeAreInTheTraceAndThreadsThatGiveWayAreNot() {
    Search search = Search.of(simulation -> Scenario.writers(simulation));
    Search.Run run = search.replay("seed=1 faults=THREAD_PREEMPTED=0.5,DISK_SHORT_WRITE=0.5");
    assertNull(run.failure(), () -> String.valueOf(run.failure()));
    assertTrue(run.trace().text().contains("faults ! DISK_SHORT_WRITE"), run.trace()::text);
    assertFalse(run.trace().text().contains("THREAD_PREEMPTED"), run.trace()::text);
    assertFalse(search.replay("seed=1").trace().text().contains(" ! "));
  }

  @Test
  void aLineThatIsWrongIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> CHOICE.replay("seed=7 fault=NONE"));
  }
}
