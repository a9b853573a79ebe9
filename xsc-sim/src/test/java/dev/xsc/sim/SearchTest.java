// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Ring;
import dev.xsc.sim.Fault.Group;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Looking for runs that fail, and making them small. */
class SearchTest {
  private static final Group[] SURVIVABLE = {Group.THREADS, Group.RING, Group.DISK, Group.CRASH};

  @Test
  void theFailureWithTheLowestSeedIsReportedWhateverTheCores() {
    for (int cores = 1; cores <= 4; cores++) {
      Search search =
          Search.of(
                  simulation -> {
                    if (simulation.seed() % 97 == 96) {
                      throw new IllegalStateException("planted");
                    }
                  })
              .seeds(0, 1000)
              .cores(cores);
      assertEquals(96, assertThrows(SimulationFailure.class, search::run).seed());
    }
  }

  @Test
  void aFailureThatDoesNotRepeatIsSaidNotTo() {
    int[] runs = {0};
    Search search =
        Search.of(
                _ -> {
                  if (runs[0]++ == 3) {
                    throw new IllegalStateException("once");
                  }
                })
            .cores(1);
    SimulationFailure failure = assertThrows(SimulationFailure.class, search::run);
    assertTrue(failure.getMessage().contains("did not fail in the same way"), failure::getMessage);
  }

  @Test
  void shrinkingLeavesOnlyTheDecisionsThatMatter() {
    Search search =
        Search.of(simulation -> {
          int sum = 0;
          for (int i = 0; i < 100; i++) {
            sum += simulation.choose(10) == 9 ? 1 : 0;
          }
          if (sum >= 3) {
            throw new IllegalStateException("three nines");
          }
        });
    SimulationFailure failure = assertThrows(SimulationFailure.class, search::run);
    String script = failure.replay().split("script=", -1)[1];
    assertEquals(3, script.split("=", -1).length - 1, script);
  }

  @Test
  void exhaustiveSearchFindsEveryOrderOfThreeOperations() {
    Set<List<Long>> orders = new HashSet<>();
    SimulationOptions options =
        SimulationOptions.DEFAULT
            .faults(FaultPlan.NONE.with(Fault.RING_LATE_START, 1))
            .singleThreaded();
    long runs =
        Search.of(
                simulation -> {
                  try (Ring ring = Ring.open(simulation.host("a").ring().build())) {
                    for (int i = 1; i <= 3; i++) {
                      ring.next().nop().userData(i);
                    }
                    List<Long> order = new ArrayList<>();
                    while (order.size() < 3) {
                      ring.submitAndWait(1);
                      ring.reap((userData, _, _) -> order.add(userData));
                    }
                    orders.add(order);
                  }
                })
            .options(options)
            .exhaust(100_000);
    assertEquals(6, orders.size(), orders::toString);
    assertEquals(6, runs, "each order once");
  }

  @Test
  void exhaustiveSearchTriesEveryChoiceOnce() {
    List<Integer> seen = new ArrayList<>();
    long runs =
        Search.of(simulation -> seen.add(100 * simulation.choose(2) + simulation.choose(3)))
            .options(SimulationOptions.DEFAULT.singleThreaded())
            .exhaust(100);
    assertEquals(List.of(0, 1, 2, 100, 101, 102), seen);
    assertEquals(6, runs);
  }

  @Test
  void exhaustiveSearchFindsTheOneOrderThatFails() {
    Search search =
        Search.of(
                simulation -> {
                  if (simulation.choose(5) == 4 && simulation.choose(5) == 3) {
                    throw new IllegalStateException("planted");
                  }
                })
            .options(SimulationOptions.DEFAULT.singleThreaded());
    SimulationFailure failure = assertThrows(SimulationFailure.class, () -> search.exhaust(100));
    assertTrue(failure.replay().contains("TEST:0=4+1=3"), failure.replay());
    assertThrows(IllegalStateException.class, () -> search.exhaust(3));
  }

  @Test
  void everyFaultThatAProgramMustSurviveIsSurvived() {
    assertEquals(300, Search.of(Scenario::writers).seeds(0, 300).swarm(SURVIVABLE).run());
  }

  @SimTest(
      seeds = 50,
      swarm = {Group.THREADS, Group.RING},
      calmAfterMillis = 1000)
  void aSimTestRunsEachSeed(Simulation simulation) throws Exception {
    Scenario.writers(simulation);
  }

  @SimTest(seeds = 3, faults = "DISK_SHORT_WRITE=1", singleThreaded = true)
  void aSimTestTakesAFaultPlan(Simulation simulation) {
    assertEquals(1, simulation.faults().probability(Fault.DISK_SHORT_WRITE));
  }
}
