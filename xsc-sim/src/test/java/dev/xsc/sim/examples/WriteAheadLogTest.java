// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.ring.KernelKind;
import dev.xsc.sim.Fault.Group;
import dev.xsc.sim.Search;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.Simulation;
import dev.xsc.sim.SimulationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A missing fsync, found by power cuts. */
class WriteAheadLogTest {
  private static final int RECORDS = 20;

  /** A kind of log. */
  @FunctionalInterface
  private interface Opening {
    WriteAheadLog open(Xsc xsc, Path folder) throws IOException;
  }

  /** What any test would do: write, and read what has been written. */
  private static void writeAndRecover(Opening kind, Path folder) throws IOException {
    try (Xsc xsc = Xsc.open(XscOptions.builder().kernel(KernelKind.SIMULATOR).build())) {
      try (WriteAheadLog log = kind.open(xsc, folder)) {
        for (long i = 0; i < RECORDS; i++) {
          log.append(i);
        }
      }
      List<Long> all = LongStream.range(0, RECORDS).boxed().toList();
      assertEquals(all, WriteAheadLog.recover(xsc, folder));
    }
  }

  @Test
  void anOrdinaryTestPassesOnTheFixedLog(@TempDir Path folder) throws IOException {
    writeAndRecover(WriteAheadLog::new, folder);
  }

  @Test
  void anOrdinaryTestMissesTheBug(@TempDir Path folder) throws IOException {
    writeAndRecover(WriteAheadLog.Forgetful::new, folder);
  }

  /** Appends until the power is cut, and recovers: what was promised must be there. */
  private static void crashAndRecover(Simulation simulation, Opening kind) throws Exception {
    SimHost host = simulation.host("db");
    Path folder = Path.of("/");
    int[] promised = {0};
    simulation.crash(
        host,
        Duration.ofMillis(20),
        _ -> {
          try (Xsc xsc = Xsc.open(host.xsc().build());
              WriteAheadLog log = kind.open(xsc, folder)) {
            for (int i = 0; i < RECORDS; i++) {
              log.append(i);
              promised[0] = i + 1;
            }
          }
        },
        _ -> {
          try (Xsc xsc = Xsc.open(host.xsc().build())) {
            List<Long> recovered = WriteAheadLog.recover(xsc, folder);
            if (recovered.size() < promised[0]) {
              throw new AssertionError(promised[0] + " were promised, there are " + recovered);
            }
            List<Long> expected = LongStream.range(0, recovered.size()).boxed().toList();
            assertEquals(expected, recovered);
          }
        });
  }

  private static Search search(Opening kind) {
    return Search.of(simulation -> crashAndRecover(simulation, kind))
        .swarm(Group.THREADS, Group.CRASH);
  }

  @Test
  void theSimulatorFindsTheBugWithin20Seeds() {
    SimulationFailure failure =
        Found.by(search(WriteAheadLog.Forgetful::new).seeds(0, 20), "were promised");
    Found.traceHas(failure, "power cut");
  }

  @Test
  void theFixedLogSurvives500Seeds() {
    assertEquals(500, search(WriteAheadLog::new).seeds(0, 500).run());
  }
}
