// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.Xsc;
import dev.xsc.sim.Fault.Group;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.Simulation;
import dev.xsc.sim.SimulationOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** jqwik makes the input, the seed makes the world: both are shrunk and reported by jqwik. */
class SeedPropertyTest {
  @Property(tries = 100)
  void whatWasAppendedIsRecovered(@ForAll @Size(max = 20) List<Long> numbers, @ForAll long seed)
      throws Exception {
    SimulationOptions options =
        SimulationOptions.DEFAULT
            .seed(seed)
            .faults(FaultPlan.swarm(seed, Set.of(Group.THREADS, Group.CRASH)));
    try (Simulation simulation = Simulation.open(options)) {
      simulation.run(_ -> {
        SimHost host = simulation.host("db");
        host.run(_ -> {
          try (Xsc xsc = Xsc.open(host.xsc().build());
              WriteAheadLog log = new WriteAheadLog(xsc, Path.of("/"))) {
            for (long number : numbers) {
              log.append(number);
            }
          }
        });
        host.powerCut();
        host.run(_ -> {
          try (Xsc xsc = Xsc.open(host.xsc().build())) {
            assertEquals(numbers, WriteAheadLog.recover(xsc, Path.of("/")));
          }
        });
      });
    }
  }
}
