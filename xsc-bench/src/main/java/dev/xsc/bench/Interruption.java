// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C (and SIGTERM) into an interrupt of the thread that made this, and lets the process
 * end only when that thread has closed it: time to tidy up and to say goodbye.
 */
final class Interruption implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Thread owner = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interruptOwner, "xsc-interruption");

  private Interruption() {}

  static Interruption install() {
    Interruption result = new Interruption();
    Runtime.getRuntime().addShutdownHook(result.hook);
    return result;
  }

  /**
   * Waits for the interrupt, or for a server to end by itself.
   *
   * @throws IOException if the server failed
   */
  void await(Future<?> ended) throws IOException {
    try {
      ended.get();
    } catch (InterruptedException e) {
      // What this waits for. The flag stays cleared, so that tidying up can block.
      return;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  private void interruptOwner() {
    owner.interrupt();
    try {
      if (!closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("xsc: not stopped within " + PATIENCE.toSeconds() + " s, giving up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already; it is the hook itself that was waiting for us.
      return;
    }
  }
}
