// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.Xsc;
import dev.xsc.sim.Fault.Group;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.SimTest;
import dev.xsc.sim.Simulation;
import java.nio.file.Path;
import java.util.List;

/** The shortest test there is. */
class SimTestExampleTest {
  @SimTest(
      seeds = 200,
      swarm = {Group.THREADS, Group.CRASH})
  void aRecordSurvivesAPowerCut(Simulation simulation) throws Exception {
    SimHost host = simulation.host("db");
    host.run(_ -> {
      try (Xsc xsc = Xsc.open(host.xsc().build());
          WriteAheadLog log = new WriteAheadLog(xsc, Path.of("/"))) {
        log.append(42);
      }
    });
    host.powerCut();
    host.run(_ -> {
      try (Xsc xsc = Xsc.open(host.xsc().build())) {
        assertEquals(List.of(42L), WriteAheadLog.recover(xsc, Path.of("/")));
      }
    });
  }
}
