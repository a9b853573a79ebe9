// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.mutation;

import dev.xsc.sim.Fault.Group;
import dev.xsc.sim.Search;
import dev.xsc.sim.SimulationFailure;
import dev.xsc.sim.SimulationOptions;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Looks for a failure of the workload. Loaded together with the library that is to be tried. */
public final class Hunt {
  /** Held, so that its level stays. */
  private static final Logger LOG = Logger.getLogger("dev.xsc");

  private static final long MAX_STEPS = 50_000;

  private Hunt() {}

  /** The first seed that fails and how; an empty text if none does. */
  public static String hunt(int seeds) {
    // Event loops that die of a planted bug say so.
    LOG.setLevel(Level.OFF);
    try {
      Search.of(Workload::run)
          // A bug may keep threads busy for ever.
          .options(SimulationOptions.DEFAULT.maxSteps(MAX_STEPS))
          .seeds(0, seeds)
          .swarm(Group.THREADS, Group.RING, Group.DISK, Group.NETWORK)
          // One: a class loader's locks are none of the simulation's, and two would contend for
          // them.
          .cores(1)
          .shrinking(0)
          .run();
      return "";
    } catch (SimulationFailure e) {
      return e.seed() + " " + e.getMessage().lines().findFirst().orElse("");
    }
  }
}
