// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A number of reads that end on whatever threads, and one thread that waits for the last of them.
 */
final class Round {
  private final CountDownLatch left;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  Round(int reads) {
    left = new CountDownLatch(reads);
  }

  /** A read has ended. */
  void done(int result) {
    if (result == Sample.BLOCK) {
      left.countDown();
    } else {
      fail(new IllegalStateException("result " + result + " instead of " + Sample.BLOCK));
    }
  }

  /** A read has failed: nobody needs to wait for the others. */
  void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    while (left.getCount() > 0) {
      left.countDown();
    }
  }

  /**
   * Waits for the last one.
   *
   * @throws IllegalStateException if one has failed
   */
  void await() throws InterruptedException {
    left.await();
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("a read failed", cause);
    }
  }
}
