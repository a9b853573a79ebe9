// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

/**
 * Carries out one operation, or a family of them. Stateless; all state is in the {@link Request}.
 */
interface OpHandler {
  /**
   * Checks the entry, and copies what it points at and what may change once the submission has
   * returned. Called while the entry is taken off the queue, by whoever takes it.
   *
   * @return 0, or a negated errno that makes the entry malformed
   */
  default int prepare(Request r) {
    return 0;
  }

  /**
   * Starts it. Engine thread.
   *
   * @return the result, or {@link Request#PENDING} after arranging for its end
   */
  int issue(Engine engine, Request r);

  /**
   * Tries again after an event that it waits for. Engine thread.
   *
   * @return the result, or {@link Request#PENDING} to go on waiting
   */
  default int resume(Engine engine, Request r) {
    throw new IllegalStateException(r + " waits for nothing");
  }

  /** Whether the result breaks a chain. */
  default boolean fails(Request r, int result) {
    return result < 0;
  }
}
