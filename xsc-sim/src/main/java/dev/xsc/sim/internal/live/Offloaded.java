// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Request;
import org.jspecify.annotations.Nullable;

/** A call that a worker makes for the engine. Its monitor decides who has the result. */
final class Offloaded implements Runnable {
  private final Request request;
  private final Mailbox mailbox;
  private final Workers workers;
  private @Nullable Thread worker;
  private boolean abandoned;

  Offloaded(Request request, Mailbox mailbox, Workers workers) {
    this.request = request;
    this.mailbox = mailbox;
    this.workers = workers;
  }

  @Override
  public void run() {
    if (!request.claimWork()) {
      return;
    }
    begin();
    request.work();
    if (end()) {
      mailbox.finish(request);
    } else {
      request.discardResult();
    }
  }

  private synchronized void begin() {
    worker = Thread.currentThread();
  }

  private synchronized boolean end() {
    worker = null;
    // One that came too late must not reach the next call.
    Thread.interrupted();
    return !abandoned;
  }

  /** Kernel thread: gets the worker out of a call that waits for the other end of a FIFO. */
  synchronized void interrupt() {
    if (worker != null) {
      worker.interrupt();
    }
  }

  /** Kernel thread: leaves the worker to itself; false if it has just got through. */
  synchronized boolean abandon() {
    if (worker == null) {
      return false;
    }
    abandoned = true;
    workers.forget(worker);
    return true;
  }
}
