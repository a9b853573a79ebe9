// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import java.util.concurrent.locks.LockSupport;

/**
 * {@link Environment} of the running machine: platform threads for loops, virtual threads for
 * tasks.
 */
final class SystemEnvironment implements Environment {
  static final SystemEnvironment INSTANCE = new SystemEnvironment();

  private SystemEnvironment() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Thread startLoop(String name, Runnable body) {
    return Thread.ofPlatform().name(name).daemon().start(body);
  }

  @Override
  public void startTask(Runnable body) {
    Thread.ofVirtual().start(body);
  }

  @Override
  public void parkNanos(Object blocker, long nanos) {
    LockSupport.parkNanos(blocker, nanos);
  }
}
