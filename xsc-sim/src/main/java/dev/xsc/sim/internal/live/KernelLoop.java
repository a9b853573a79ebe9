// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Engine;
import dev.xsc.sim.internal.Request;
import dev.xsc.spi.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * What the thread of one live ring's kernel does: runs the engine with its short I/O, and sleeps in
 * a selector when there is nothing to do.
 *
 * <p>Nobody interrupts this thread, which would close the channel that it is using; that is why
 * user threads do no I/O.
 */
final class KernelLoop implements Runnable {
  private static final System.Logger LOG = System.getLogger("dev.xsc.sim");

  /** Units taken before the rest of the world gets a look. */
  private static final int BATCH = 64;

  /** Rounds without work before it sleeps: some 20 µs, which is about what waking it costs. */
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 500 : 0;

  private static final long MILLI = 1_000_000;

  /** Longest nap while files are watched, of which only a selector hears. */
  private static final long WATCHING_NAP = 50_000;

  /** How long work may wait for a worker before more workers are called up. */
  private static final long CONGESTED = 5 * MILLI;

  private final Environment environment;
  private final Mailbox mailbox;
  private final Engine engine;
  private final Watch watch;
  private final Workers workers;
  private final @Nullable Polling polling;
  private volatile boolean stopping;

  KernelLoop(
      Environment environment,
      Mailbox mailbox,
      Engine engine,
      Watch watch,
      Workers workers,
      @Nullable Polling polling) {
    this.environment = environment;
    this.mailbox = mailbox;
    this.engine = engine;
    this.watch = watch;
    this.workers = workers;
    this.polling = polling;
  }

  /** Any thread: the loop ends when it next finds nothing to do. */
  void stop() {
    stopping = true;
    mailbox.ring();
  }

  @Override
  public void run() {
    mailbox.belongsTo(Thread.currentThread());
    int idle = 0;
    while (!stopping || !mailbox.isEmpty()) {
      boolean worked;
      try {
        worked = round();
      } catch (RuntimeException | Error e) {
        // A fault of the simulator: what it was at is lost, but those who wait for other things
        // must not hang.
        LOG.log(Level.ERROR, "the simulator's kernel thread met a fault", e);
        worked = false;
      }
      if (worked) {
        idle = 0;
      } else if (idle < SPINS || (polling != null && polling.spins(environment.nanoTime()))) {
        idle++;
        Thread.onSpinWait();
      } else {
        sleep();
        idle = 0;
      }
    }
    mailbox.close();
    runActions();
    try {
      watch.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the simulator's selector", e);
    }
  }

  /** Does what there is to do; whether there was anything. */
  private boolean round() {
    boolean worked = take();
    for (Request r = mailbox.nextFinished(); r != null; r = mailbox.nextFinished()) {
      engine.finished(r);
      worked = true;
    }
    worked |= runActions();
    engine.expire();
    if (watch.watches()) {
      watch.select(0);
    }
    worked |= watch.deliver();
    engine.publish();
    return worked;
  }

  private boolean runActions() {
    boolean any = false;
    for (Runnable action = mailbox.nextAction(); action != null; action = mailbox.nextAction()) {
      action.run();
      any = true;
    }
    return any;
  }

  private boolean take() {
    if (polling != null) {
      return polling.take(engine, environment);
    }
    int taken = 0;
    while (taken < BATCH) {
      Request unit = mailbox.nextSubmitted();
      if (unit == null) {
        break;
      }
      engine.deliver(unit);
      taken++;
    }
    return taken > 0;
  }

  private void sleep() {
    // An interrupt that somebody sent to every thread would make each sleep end at once.
    Thread.interrupted();
    long limit = untilNextDeadline();
    if (workers.congested()) {
      workers.relieve();
      limit = Math.min(limit, CONGESTED);
    }
    if (limit <= 0) {
      return;
    }
    // Parking is cheaper to wake from, and more exact.
    boolean selects = watch.watches() && limit >= MILLI;
    mailbox.fallAsleep(selects);
    if (polling != null) {
      polling.announceSleep();
    }
    if (mailbox.isEmpty() && !stopping && (polling == null || !polling.ready())) {
      if (selects) {
        watch.select(limit == Long.MAX_VALUE ? -1 : limit / MILLI);
      } else if (limit == Long.MAX_VALUE) {
        environment.park(this);
      } else {
        environment.parkNanos(this, watch.watches() ? Math.min(limit, WATCHING_NAP) : limit);
      }
    }
    mailbox.awaken();
    if (polling != null) {
      polling.retractSleep();
    }
  }

  private long untilNextDeadline() {
    long deadline = engine.nextDeadline();
    return deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - environment.nanoTime();
  }
}
