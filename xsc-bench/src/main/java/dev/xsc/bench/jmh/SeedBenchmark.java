// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import dev.xsc.bench.sim.CrashRecovery;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.Simulation;
import dev.xsc.sim.SimulationOptions;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Whole runs, one for each seed, as a search makes them: times are per seed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SeedBenchmark {
  private static final long OPERATIONS = 1000;

  /** Whether memory in flight is poisoned and checked. */
  @Param({"true", "false"})
  public boolean checked;

  private long seed;

  /** A thousand operations with power cuts and recoveries, a fault mix for each seed. */
  @Benchmark
  public int crashRecovery() throws Exception {
    FaultPlan faults = FaultPlan.swarm(seed, EnumSet.of(Fault.Group.THREADS, Fault.Group.CRASH));
    // As in a search.
    SimulationOptions options =
        SimulationOptions.DEFAULT.seed(seed).faults(faults).withoutOrigins();
    seed++;
    try (Simulation simulation = Simulation.open(checked ? options : options.unchecked())) {
      return simulation.call(() -> CrashRecovery.run(simulation, OPERATIONS));
    }
  }
}
