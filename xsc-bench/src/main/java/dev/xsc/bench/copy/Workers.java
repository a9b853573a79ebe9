// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs the same body on several virtual threads, and ends when all of them have. */
public final class Workers {
  /** What each thread does. */
  public interface Body {
    /** Does it. */
    void run() throws IOException;
  }

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads;

  private Workers(int count, Body body) {
    threads =
        IntStream.range(0, count)
            .mapToObj(i -> Thread.ofVirtual().name("xsc-copy-", i).unstarted(() -> run(body)))
            .toList();
  }

  /**
   * Runs the body. The first failure interrupts the other threads and is thrown; so does an
   * interrupt of the calling thread.
   */
  public static void run(int count, Body body) throws IOException {
    Workers workers = new Workers(count, body);
    workers.threads.forEach(Thread::start);
    if (workers.join()) {
      Thread.currentThread().interrupt();
    }
    Throwable failed = workers.failure.get();
    if (Thread.currentThread().isInterrupted()) {
      InterruptedIOException interruption = new InterruptedIOException("interrupted");
      interruption.initCause(failed);
      throw interruption;
    }
    switch (failed) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failed);
    }
  }

  private void run(Body body) {
    try {
      body.run();
    } catch (IOException | RuntimeException | Error e) {
      // What follows the first failure is the interrupt of the others.
      if (failure.compareAndSet(null, e)) {
        threads.forEach(Thread::interrupt);
      }
    }
  }

  /** Waits for all threads whatever happens: their buffers are about to be freed. */
  private boolean join() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    return interrupted;
  }
}
