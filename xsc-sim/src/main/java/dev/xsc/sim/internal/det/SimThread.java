// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import org.jspecify.annotations.Nullable;

/** What the scheduler knows of one thread that it runs. The carrier's. */
final class SimThread {
  final Thread thread;
  final Runnable continuation;

  /** Number in the order of starting. */
  final int number;

  /** The host that dies with it, as far as threads are concerned; null for the test itself. */
  final @Nullable Object host;

  /** Its timed parks. */
  final TimedWait waits = new TimedWait();

  /** Whether it is in the list of those that can run. */
  boolean ready;

  /** Whether its next step is a try to enter a monitor. */
  boolean tries;

  /** Whether it is ended as soon as it lets go of the carrier. */
  boolean doomed;

  SimThread(Thread thread, Runnable continuation, int number, @Nullable Object host) {
    this.thread = thread;
    this.continuation = continuation;
    this.number = number;
    this.host = host;
  }

  String name() {
    String name = thread.getName();
    return name.isEmpty() ? "thread-" + number : name;
  }
}
