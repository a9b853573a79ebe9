// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.sim.internal.Driver;
import dev.xsc.sim.internal.Engine;
import dev.xsc.sim.internal.Host;
import dev.xsc.sim.internal.Request;
import dev.xsc.sim.internal.Taker;
import dev.xsc.spi.Environment;
import dev.xsc.spi.RingMemory;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an engine on a thread of its own, with the help of workers. Owned by its kernel; used by the
 * ring's owner, except {@link #wake()}, {@link #perform} and {@link #pause()}.
 */
public final class LiveDriver implements Driver {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int LEAST_ROOM = 64;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long PAUSE = 200_000;

  private final String name = "xsc-sim-" + COUNT.incrementAndGet();
  private final Environment environment;
  private final long pollingIdleNanos;
  private final Workers workers;
  private final Mailbox mailbox;
  private final LiveHost host;
  private volatile @Nullable Running running;

  /** What there is from {@link #start} on. */
  private record Running(KernelLoop loop, OwnerGate gate, Thread thread) {}

  /**
   * A driver that {@link #start} sets going.
   *
   * @throws IOException if there are no descriptors left for a selector
   */
  public LiveDriver(RingOptions options) throws IOException {
    environment = options.environment();
    pollingIdleNanos = options.pollingIdleMillis() * NANOS_PER_MILLI;
    workers = new Workers(environment, name);
    Selector selector = Selector.open();
    mailbox = new Mailbox(selector, Math.max(LEAST_ROOM, 2 * options.entries()));
    host = new LiveHost(environment, mailbox, workers, selector);
  }

  @Override
  public Host host() {
    return host;
  }

  @Override
  public void start(Engine engine, @Nullable Taker taker, RingMemory memory) {
    Polling polling =
        taker == null
            ? null
            : new Polling(taker, memory.sq().flags(), pollingIdleNanos, environment.nanoTime());
    OwnerGate gate = new OwnerGate(environment, mailbox, engine, memory);
    Watch watch = host.start(engine, gate);
    KernelLoop loop = new KernelLoop(environment, mailbox, engine, watch, workers, polling);
    Thread thread = environment.startLoop(name, loop);
    mailbox.belongsTo(thread);
    running = new Running(loop, gate, thread);
  }

  @Override
  public void deliver(Request unit) {
    while (!mailbox.submit(unit)) {
      // The kernel thread is behind by as much as it has room for: back-pressure.
      mailbox.ring();
      pause();
    }
  }

  @Override
  public void doorbell() {
    mailbox.ring();
  }

  @Override
  public void call(Runnable action) {
    running();
    Rendezvous rendezvous = new Rendezvous(action);
    if (mailbox.act(rendezvous)) {
      rendezvous.await(environment);
    }
  }

  @Override
  public int await(int minComplete, long deadline) {
    return running().gate().await(minComplete, deadline);
  }

  @Override
  public void wake() {
    Running present = running;
    if (present != null) {
      present.gate().wake();
    }
  }

  @Override
  public int perform(IntSupplier call) {
    int[] result = {-Errno.ESHUTDOWN};
    Rendezvous rendezvous = new Rendezvous(() -> result[0] = call.getAsInt());
    if (workers.execute(rendezvous)) {
      rendezvous.await(environment);
    }
    return result[0];
  }

  @Override
  public void pause() {
    boolean interrupted = Thread.interrupted();
    environment.parkNanos(this, PAUSE);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stop() {
    Running was = running();
    was.loop().stop();
    Rendezvous.join(was.thread());
    workers.stop();
    running = null;
  }

  private Running running() {
    Running present = running;
    if (present == null) {
      throw new IllegalStateException("the simulated kernel " + name + " is not running");
    }
    return present;
  }
}
