// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.lang.foreign.MemorySegment;

/**
 * What an {@link Engine} stands on: a clock, other threads, and news of files. One for each engine;
 * called on the engine's thread except where it says otherwise. The host in turn calls the engine's
 * entry points on that one thread.
 */
public interface Host {
  /** Nanoseconds of the ring's clock. */
  long now();

  /**
   * Has a worker do {@link Request#claimWork()} and {@link Request#work()}, and then calls {@link
   * Engine#finished} on the engine's thread.
   */
  void offload(Request r);

  /** An offloaded request has ended, or was taken back before a worker had it. */
  void workEnded(Request r);

  /**
   * Tries to stop a call that a worker is making.
   *
   * @return whether it was given up, so that {@link Engine#finished} will not be called and {@link
   *     Request#discardResult()} will be; otherwise it goes on, perhaps to a sooner end
   */
  boolean stopWork(Request r, long nanosSinceOffload);

  /** The list of requests that wait for a file, made on first use. */
  WaitList waitList(Pollable file);

  /**
   * Says what to announce with {@link Engine#ready} from now on, as often as it holds.
   *
   * @param events of {@code poll(2)}; 0 for none
   */
  void interest(WaitList list, int events);

  /** A file that can be waited for was closed: lets that take effect at once. */
  void pollableClosed();

  /** Whether the engine's thread and the workers can use this memory. Any thread. */
  boolean reaches(MemorySegment memory);

  /** Completions were made visible to the ring's owner. */
  void published();

  // ---- where a simulated host does more than a live one

  /** A request begins: from now to {@link #ended} its memory is the kernel's. */
  default void begun(Request r) {}

  /** A request has ended; its completion is about to be posted, if it has any. */
  default void ended(Request r, int result) {}

  /** A negated errno to end a request with instead of starting it, or 0. */
  default int refusal(Request r) {
    return 0;
  }

  /** Whether a request is held back now; if so, {@link Engine#letGo} is to be called later. */
  default boolean holds(Request r) {
    return false;
  }

  /**
   * A request that is held back was cancelled: {@link Engine#letGo} must not be called any more.
   */
  default void forget(Request r) {}

  /** Whether a call that may take long does not this time. */
  default boolean quick(Request r) {
    return false;
  }

  /** Whether a call is left to a worker that could be made at once. */
  default boolean offloads(Request r) {
    return false;
  }

  /** Whether a multishot request ends with the completion that is about to be posted. */
  default boolean endsMultishot(Request r) {
    return false;
  }

  /** Whether a completion is kept back although the queue has room. */
  default boolean overflows() {
    return false;
  }
}
