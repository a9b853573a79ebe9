// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import org.jspecify.annotations.Nullable;

/** Reads of which each is started by the end of the one before. */
abstract class Chain {
  private final Round round;
  private final int reads;
  private int started;

  Chain(Round round, int reads) {
    this.round = round;
    this.reads = reads;
  }

  /** Starts a read whose end calls {@link #ended}. */
  abstract void start(int read);

  /** Starts the next read. */
  final void next() {
    start(started++);
  }

  /** A read has ended, with a result or a failure. */
  final void ended(@Nullable Integer result, @Nullable Throwable failure) {
    if (result == null || failure != null) {
      round.fail(failure == null ? new IllegalStateException("no result") : failure);
      return;
    }
    boolean more = started < reads;
    round.done(result);
    if (more) {
      next();
    }
  }
}
