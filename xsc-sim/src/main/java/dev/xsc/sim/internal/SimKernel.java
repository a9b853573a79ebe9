// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Op;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Support;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeDialect;
import dev.xsc.spi.SystemCalls;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The owner's side of a simulated ring: takes what was submitted and copies it, hands it to the
 * engine, and waits for completions. The same over every {@link Driver}.
 */
public final class SimKernel implements Kernel {
  private final Arena arena = Arena.ofShared();
  private final RingMemory memory;
  private final Capabilities capabilities;
  private final boolean polls;
  private final Driver driver;
  private final Engine engine;
  private final Taker taker;
  private final Preparation preparation;
  private final SystemCalls calls;

  /**
   * A kernel with its ring, running.
   *
   * @param machine whose files it works on
   * @param driver not started yet
   * @param description of the mode, for people
   */
  public SimKernel(Machine machine, RingOptions options, Driver driver, String description) {
    this.driver = driver;
    memory = RingPages.allocate(arena, options.entries(), options.completionEntries());
    capabilities = capabilities(options, description);
    polls = options.submissionPolling() && capabilities.has(Feature.SUBMISSION_POLLING);
    RequestPool pool = new RequestPool(Math.max(64, 2 * options.entries()));
    engine = new Engine(driver.host(), machine, memory, pool);
    preparation = new Preparation(driver.host(), true);
    taker = new Taker(memory, pool, polls ? new Preparation(driver.host(), false) : preparation);
    calls = new SimCalls(machine, driver);
    driver.start(engine, polls ? taker : null, memory);
  }

  private static Capabilities capabilities(RingOptions options, String description) {
    Capabilities.Builder builder = Capabilities.builder(description);
    for (Op op : Op.values()) {
      if (!options.maskedOps().contains(op)) {
        builder.set(op, Support.NATIVE);
      }
    }
    for (Feature feature : Feature.values()) {
      if (!options.maskedFeatures().contains(feature)) {
        builder.set(feature, Support.NATIVE);
      }
    }
    return builder.build();
  }

  @Override
  public KernelKind kind() {
    return KernelKind.SIMULATOR;
  }

  @Override
  public RingMemory memory() {
    return memory;
  }

  @Override
  public SqeDialect dialect() {
    return SqeDialect.XSC;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public boolean polls() {
    return polls;
  }

  @Override
  public int wakeFd() {
    return -1;
  }

  @Override
  public SystemCalls calls() {
    return calls;
  }

  @Override
  public void wake() {
    driver.wake();
  }

  @Override
  public boolean cancelAll() {
    driver.call(engine::cancelAll);
    return true;
  }

  // ---- entering

  @Override
  public int enter(int toSubmit, int minComplete, long timeoutNanos, int flags) {
    settle();
    int taken = polls ? ring(toSubmit, flags) : take(toSubmit);
    if ((Words.getOpaque(memory.sq().flags()) & XscAbi.SQ_CQ_OVERFLOW) != 0) {
      driver.call(engine::flush);
    }
    if (minComplete <= 0 || taken < 0) {
      return taken;
    }
    int outcome = await(Math.min(minComplete, memory.cq().capacity()), timeoutNanos);
    return taken > 0 ? taken : outcome;
  }

  private int ring(int toSubmit, int flags) {
    if ((flags & ENTER_WAKEUP) != 0) {
      driver.doorbell();
    }
    return toSubmit;
  }

  private int take(int toSubmit) {
    int limit = Math.min(toSubmit, taker.available());
    if (limit <= 0) {
      return 0;
    }
    if (engine.pressed()) {
      return -Errno.EBUSY;
    }
    limit = driver.admits(limit);
    if (limit <= 0) {
      return limit;
    }
    int taken = 0;
    while (taken < limit) {
      Request unit = taker.takeUnit(limit - taken);
      taken += Taker.length(unit);
      driver.deliver(unit);
    }
    driver.doorbell();
    return taken;
  }

  private int await(int minComplete, long timeoutNanos) {
    long deadline = Long.MAX_VALUE;
    if (timeoutNanos != FOREVER) {
      long now = driver.host().now();
      deadline = now > Long.MAX_VALUE - timeoutNanos ? Long.MAX_VALUE : now + timeoutNanos;
    }
    while (true) {
      int outcome = driver.await(minComplete, deadline);
      if (outcome != 0 || engine.owed().isEmpty()) {
        return outcome;
      }
      settle();
    }
  }

  /** Does what only this thread can, and has the requests go on that wait for it. */
  private void settle() {
    if (engine.owed().isEmpty()) {
      return;
    }
    List<Request> served = new ArrayList<>();
    for (Request r = engine.owed().poll(); r != null; r = engine.owed().poll()) {
      serve(r);
      served.add(r);
    }
    driver.call(() -> engine.settle(served));
  }

  private void serve(Request r) {
    Bounce bounce = r.bounce;
    if (bounce != null && bounce.ended()) {
      r.result = bounce.copy(r.result);
    } else if (bounce != null) {
      r.error = bounce.copy(0);
    }
    if (r.unprepared) {
      preparation.prepare(r);
    }
    Request timeout = r.next;
    if (timeout != null && timeout.unprepared && timeout.isLinkTimeout()) {
      preparation.prepare(timeout);
    }
  }

  // ---- registering

  @Override
  public void registerFiles(int[] fds) throws KernelException {
    onEngine(() -> engine.registry().registerFiles(engine, fds));
  }

  @Override
  public void updateFiles(int offset, int[] fds) throws KernelException {
    onEngine(() -> engine.registry().updateFiles(engine, offset, fds));
  }

  @Override
  public void unregisterFiles() throws KernelException {
    onEngine(() -> engine.registry().unregisterFiles(engine));
  }

  @Override
  public void registerBuffers(List<MemorySegment> buffers) throws KernelException {
    for (MemorySegment buffer : buffers) {
      requireReachable(buffer, "registered buffer");
    }
    onEngine(() -> engine.registry().registerBuffers(buffers));
  }

  @Override
  public void unregisterBuffers() throws KernelException {
    onEngine(engine.registry()::unregisterBuffers);
  }

  @Override
  public MemorySegment registerBufferGroup(int group, int entries, MemorySegment buffers)
      throws KernelException {
    requireReachable(buffers, "buffer group memory");
    MemorySegment[] shared = {MemorySegment.NULL};
    onEngine(() -> shared[0] = engine.registry().registerGroup(group, entries, buffers));
    return shared[0];
  }

  @Override
  public void unregisterBufferGroup(int group) throws KernelException {
    onEngine(() -> engine.registry().unregisterGroup(group));
  }

  @Override
  public void close() {
    driver.call(() -> engine.registry().clear(engine));
    driver.stop();
    arena.close();
  }

  /**
   * Gives the ring's memory back without a word to its owner, which is gone: a simulated machine
   * has lost power. Nothing may touch the ring any more.
   */
  public void abandon() {
    arena.close();
  }

  private void requireReachable(MemorySegment memory, String what) throws KernelException {
    if (!driver.host().reaches(memory)) {
      throw new KernelException(
          Errno.EFAULT,
          what
              + " of "
              + memory.byteSize()
              + " bytes belongs to one thread, and the simulator's kernel is another:"
              + " allocate it from Arena.ofShared() or Arena.ofAuto()");
    }
  }

  /** Something that a registration does on the engine's thread. */
  private interface Registration {
    void run() throws KernelException;
  }

  private void onEngine(Registration registration) throws KernelException {
    KernelException[] refused = {null};
    driver.call(() -> {
      try {
        registration.run();
      } catch (KernelException e) {
        refused[0] = e;
      }
    });
    if (refused[0] != null) {
      throw refused[0];
    }
  }
}
