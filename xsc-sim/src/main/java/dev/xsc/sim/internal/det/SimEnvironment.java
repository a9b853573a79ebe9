// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.ring.RingOptions;
import dev.xsc.spi.Environment;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import java.lang.foreign.Arena;

/** Clock, threads and kernel of one simulated host. Any thread of the simulation. */
public final class SimEnvironment implements Environment {
  private static final int MANY_READS = 1000;
  private static final long TICK = 1000;

  private final World world;
  private final Node node;
  private long lastRead;
  private int reads;

  SimEnvironment(World world, Node node) {
    this.world = world;
    this.node = node;
  }

  /** Opens a ring's kernel on this host. */
  public Kernel openKernel(RingOptions options) throws KernelException {
    return node.openKernel(options);
  }

  @Override
  public long nanoTime() {
    long now = world.timeline().now();
    if (now != lastRead) {
      lastRead = now;
      reads = 0;
    } else if (++reads > MANY_READS) {
      // Somebody waits for time to pass by looking at the clock, and it would never move.
      reads = 0;
      world.pass(TICK);
    }
    return world.timeline().now();
  }

  @Override
  public Thread startLoop(String name, Runnable body) {
    return start(name, body);
  }

  @Override
  public void startTask(Runnable body) {
    start("", body);
  }

  private Thread start(String name, Runnable body) {
    Scheduler scheduler = world.scheduler();
    if (scheduler == null) {
      throw new UnsupportedOperationException(
          "this simulation has one thread only and cannot start "
              + (name.isEmpty() ? "a task" : name)
              + "; "
              + VirtualThreads.refusal());
    }
    return scheduler.start(name, node, body);
  }

  @Override
  public void parkNanos(Object blocker, long nanos) {
    if (nanos > 0) {
      long now = nanoTime();
      world.park(blocker, now > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : now + nanos);
    }
  }

  @Override
  public void park(Object blocker) {
    world.park(blocker, Long.MAX_VALUE);
  }

  @Override
  public Arena newArena() {
    return node.newArena();
  }

  @Override
  public boolean mayLosePower() {
    return true;
  }

  @Override
  public boolean canOwnRing(Thread thread) {
    return true;
  }
}
