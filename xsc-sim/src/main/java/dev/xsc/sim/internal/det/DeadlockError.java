// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

/** A simulation that cannot, or does not, go on: with the stacks of all its threads. */
public final class DeadlockError extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** A deadlock or livelock. */
  public DeadlockError(String message) {
    super(message);
  }
}
