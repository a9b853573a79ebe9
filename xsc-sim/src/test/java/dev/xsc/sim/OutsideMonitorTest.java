// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Monitors that a thread outside has for a moment, as while another simulation loads a class. */
class OutsideMonitorTest {
  @Test
  void whoWaitsForOneIsNotDeadlocked() throws Exception {
    Object monitor = new Object();
    AtomicReference<Thread> waiter = new AtomicReference<>();
    CountDownLatch held = new CountDownLatch(1);
    Thread outsider =
        Thread.ofPlatform()
            .start(() -> {
              synchronized (monitor) {
                held.countDown();
                while (!blocked(waiter.get())) {
                  LockSupport.parkNanos(1_000_000);
                }
              }
            });
    held.await();
    try (Simulation simulation = Simulation.open(SimulationOptions.DEFAULT)) {
      int got =
          simulation.call(() -> {
            waiter.set(Thread.currentThread());
            synchronized (monitor) {
              return 1;
            }
          });
      assertEquals(1, got);
    }
    outsider.join();
  }

  private static boolean blocked(@Nullable Thread thread) {
    return thread != null && thread.getState() == Thread.State.BLOCKED;
  }
}
