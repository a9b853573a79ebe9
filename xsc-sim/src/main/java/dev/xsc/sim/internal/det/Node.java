// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.ring.RingOptions;
import dev.xsc.sim.internal.Machine;
import dev.xsc.sim.internal.SimKernel;
import dev.xsc.spi.Kernel;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * One simulated computer: what is open on it, and its rings. Loses both with its power. Used by one
 * thread at a time.
 */
public final class Node {
  private static final String DESCRIPTION = "simulator (deterministic, in-process)";

  private final World world;
  private final String name;
  private final SimEnvironment environment;
  private final List<OpenRing> rings = new ArrayList<>();
  private final List<Arena> arenas = new ArrayList<>();
  private Machine machine;
  private int ringsMade;

  private record OpenRing(DetHost host, SimKernel kernel) {}

  /** A computer that is on. */
  public Node(World world, String name, Machine machine) {
    this.world = world;
    this.name = name;
    this.machine = machine;
    environment = new SimEnvironment(world, this);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its clock and threads. */
  public SimEnvironment environment() {
    return environment;
  }

  /** What is open on it, and what it is connected to. */
  public Machine machine() {
    return machine;
  }

  Kernel openKernel(RingOptions options) {
    String ring = name + "/ring-" + ringsMade++;
    DetHost host = new DetHost(world, ring);
    DetDriver driver = new DetDriver(world, host, () -> closed(host));
    SimKernel kernel = new SimKernel(machine, options, driver, DESCRIPTION);
    rings.add(new OpenRing(host, kernel));
    return kernel;
  }

  @SuppressWarnings("ReferenceEquality") // a host is its identity
  private void closed(DetHost host) {
    rings.removeIf(ring -> ring.host == host);
  }

  /** Memory that goes with the power, unless it is closed before. */
  Arena newArena() {
    arenas.removeIf(arena -> !arena.scope().isAlive());
    Arena arena = Arena.ofShared();
    arenas.add(arena);
    return arena;
  }

  /** Operations in flight on its rings. */
  public int inFlight() {
    int sum = 0;
    for (OpenRing ring : rings) {
      sum += ring.host.inFlight();
    }
    return sum;
  }

  /** Lets operations end that a fault keeps from it. */
  public void letStuckGo() {
    for (OpenRing ring : rings) {
      ring.host.letStuckGo();
    }
  }

  /**
   * Stops everything at once: threads end where they are, rings are gone.
   *
   * @param next what it finds when it starts again
   */
  public void powerOff(Machine next) {
    Scheduler scheduler = world.scheduler();
    if (scheduler != null) {
      scheduler.end(this);
    }
    for (OpenRing ring : rings) {
      ring.host.die();
      ring.kernel.abandon();
    }
    rings.clear();
    for (Arena arena : arenas) {
      if (arena.scope().isAlive()) {
        arena.close();
      }
    }
    arenas.clear();
    machine = next;
  }

  @Override
  public String toString() {
    return name;
  }
}
