// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.ring.Errno;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.Driver;
import dev.xsc.sim.internal.Engine;
import dev.xsc.sim.internal.Host;
import dev.xsc.sim.internal.Request;
import dev.xsc.sim.internal.Taker;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an engine inside the calls of its ring's owner, and inside events. All threads of the
 * simulation; {@link #wake()} also others, if the simulation lets them in.
 */
final class DetDriver implements Driver {
  private static final long PAUSE = 200_000;

  private final World world;
  private final Faults faults;
  private final DetHost host;
  private final Runnable onStop;
  private @Nullable Running running;

  /** The owner while it may be parked; volatile, as is {@link #woken}, for threads from outside. */
  private volatile @Nullable Thread parked;

  private int wanted;
  private volatile boolean woken;

  /** What there is from {@link #start} on. */
  private record Running(
      Engine engine, @Nullable Taker taker, MemorySegment head, MemorySegment tail) {}

  DetDriver(World world, DetHost host, Runnable onStop) {
    this.world = world;
    this.host = host;
    this.onStop = onStop;
    faults = world.faults();
  }

  @Override
  public Host host() {
    return host;
  }

  @Override
  public void start(Engine engine, @Nullable Taker taker, RingMemory memory) {
    running = new Running(engine, taker, memory.cq().head(), memory.cq().tail());
    host.start(engine, this::published);
    if (taker != null) {
      // A polling kernel that always sleeps, so that it looks when it is told to and never beside
      // us.
      Words.orVolatile(memory.sq().flags(), XscAbi.SQ_NEED_WAKEUP);
    }
  }

  private Running running() {
    Running present = running;
    if (present == null) {
      throw new IllegalStateException("the simulated kernel " + host.name() + " is not running");
    }
    return present;
  }

  @Override
  public int admits(int offered) {
    if (!faults.strikes(Fault.RING_BUSY)) {
      return offered;
    }
    int taken = world.choices().pick(Choice.RING_TARGET, offered);
    return taken == 0 ? -Errno.EBUSY : taken;
  }

  @Override
  public void deliver(Request unit) {
    running().engine().deliver(unit);
  }

  @Override
  public void doorbell() {
    Running present = running();
    Taker taker = present.taker();
    if (taker != null) {
      present.engine().takeFrom(taker);
    }
    host.settled();
    world.preempt();
  }

  @Override
  public void call(Runnable action) {
    action.run();
    host.settled();
  }

  @Override
  public int await(int minComplete, long deadline) {
    if (faults.strikes(Fault.RING_SPURIOUS_WAKEUP) && !satisfied(minComplete)) {
      world.preempt();
      return -Errno.EINTR;
    }
    boolean interrupted = false;
    try {
      while (true) {
        if (running().engine().keeps()) {
          running().engine().flush();
        }
        if (satisfied(minComplete)) {
          return 0;
        }
        if (woken) {
          woken = false;
          return -Errno.EINTR;
        }
        if (deadline <= host.now()) {
          return -Errno.ETIME;
        }
        wanted = minComplete;
        parked = Thread.currentThread();
        // After the store: either wake sees who is parked, or we see that it was called.
        if (!woken) {
          world.park(this, deadline);
        }
        parked = null;
        // As in a kernel that hears signals only: the wait goes on.
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean satisfied(int minComplete) {
    Running present = running();
    return Words.getAcquire(present.tail()) - Words.getAcquire(present.head()) >= minComplete
        || !present.engine().owed().isEmpty();
  }

  private void published() {
    Thread owner = parked;
    if (owner != null && (satisfied(wanted) || running().engine().keeps())) {
      parked = null;
      LockSupport.unpark(owner);
    }
  }

  @Override
  public void wake() {
    woken = true;
    LockSupport.unpark(parked);
    world.preempt();
  }

  @Override
  public int perform(IntSupplier call) {
    return call.getAsInt();
  }

  @Override
  public void pause() {
    boolean interrupted = Thread.interrupted();
    world.park(this, host.now() + PAUSE);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stop() {
    host.die();
    onStop.run();
    running = null;
  }
}
