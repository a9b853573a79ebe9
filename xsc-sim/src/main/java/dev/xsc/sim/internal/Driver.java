// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.spi.RingMemory;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an {@link Engine}, and stands between it and the ring's owner: on a thread of its own in
 * live mode, inside the owner's calls where time is simulated. Called by the owner except where it
 * says otherwise.
 */
public interface Driver {
  /** What the engine stands on. */
  Host host();

  /**
   * Begins to run an engine.
   *
   * @param taker to take entries with, if the kernel is to do so by itself
   */
  void start(Engine engine, @Nullable Taker taker, RingMemory memory);

  /**
   * How many entries to take.
   *
   * @param offered more than 0
   * @return up to {@code offered}, or a negated errno
   */
  default int admits(int offered) {
    return offered;
  }

  /** Hands a unit over to the engine. Waits for room if the engine is behind. */
  void deliver(Request unit);

  /** Sees to it that the engine looks at what was delivered, or at the queue if it polls. */
  void doorbell();

  /** Has the engine's thread do something, and waits until it has. */
  void call(Runnable action);

  /**
   * Waits until so many completions can be read, requests are owed, the time is over, or {@link
   * #wake()}.
   *
   * @param deadline of {@link Host#now()}, or {@link Long#MAX_VALUE}
   * @return 0, {@code -ETIME} or {@code -EINTR}
   */
  int await(int minComplete, long deadline);

  /** Ends the current or next {@link #await}. Any thread. */
  void wake();

  /**
   * Makes a call that may wait on a thread that no interrupt of the caller reaches, and waits for
   * it. Any thread.
   */
  int perform(IntSupplier call);

  /** Lets a moment pass before something is tried again. Any thread. */
  void pause();

  /** Stops running the engine, which has nothing in flight, and ends all threads. */
  void stop();
}
