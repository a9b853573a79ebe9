// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.spi.XscAbi;
import java.io.IOException;

/**
 * An operation that is one system call: tried at once on the engine's thread, tried again when a
 * pollable file is ready, or made by a worker if it may take long.
 */
abstract class Call implements OpHandler {
  /**
   * Makes the call. Engine thread or a worker.
   *
   * @return the result, or {@code -EAGAIN} if {@link #readiness} says that this can be waited for
   */
  abstract int run(Request r) throws IOException;

  /** Events to wait for when {@link #run} returns {@code -EAGAIN}; 0 if the file cannot tell. */
  int readiness(Request r) {
    return 0;
  }

  /** Whether the call may take long. */
  boolean slow(Request r) {
    return false;
  }

  /** Whether {@code -EAGAIN} is a reason to wait, rather than the result. */
  boolean waits(Request r) {
    return true;
  }

  /**
   * Looks up what only the engine knows, before the first {@link #run}. Engine thread.
   *
   * @return 0, or the result of a call that cannot be made
   */
  int resolve(Engine engine, Request r) {
    return 0;
  }

  @Override
  public final int issue(Engine engine, Request r) {
    int refused = resolve(engine, r);
    if (refused != 0) {
      return refused;
    }
    int events = readiness(r);
    if (events == 0) {
      Host host = engine.host();
      boolean takesLong = slow(r) && !host.quick(r);
      if (r.has(XscAbi.SQE_ASYNC) || takesLong || host.offloads(r)) {
        engine.offload(r);
        return Request.PENDING;
      }
      return perform(this, r);
    }
    // Behind those that wait already: a later receive must not overtake an earlier one.
    int result =
        waits(r) && engine.othersWait(r.file(), events) ? Request.PENDING : resume(engine, r);
    if (result == Request.PENDING) {
      engine.park(r, events);
    }
    return result;
  }

  @Override
  public int resume(Engine engine, Request r) {
    int result = perform(this, r);
    return result == -Errno.EAGAIN && waits(r) ? Request.PENDING : result;
  }

  static int perform(Call call, Request r) {
    try {
      return call.run(r);
    } catch (IOException | RuntimeException | Error e) {
      return -Errors.errno(e);
    }
  }
}
