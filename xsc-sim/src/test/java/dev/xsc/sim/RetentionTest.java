// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Simulations that are over take no memory, wherever their threads were when they ended. */
class RetentionTest {
  private static final int COLLECTIONS = 50;

  /** Where a thread is when its host loses power. */
  private interface Place {
    void wait(Simulation simulation, Object monitor) throws Exception;
  }

  private static WeakReference<Simulation> end(Place place) throws Exception {
    Object monitor = new Object();
    try (Simulation simulation = Simulation.open(SimulationOptions.DEFAULT)) {
      simulation.run(_ -> {
        SimHost host = simulation.host("a");
        List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          CompletableFuture<Boolean> waiter =
              host.start(
                  "waiter-" + i,
                  () -> {
                    place.wait(simulation, monitor);
                    return true;
                  });
          waiters.add(waiter);
        }
        simulation.sleep(Duration.ofMillis(1));
        host.powerCut();
        assertTrue(waiters.stream().allMatch(CompletableFuture::isCompletedExceptionally));
      });
      return new WeakReference<>(simulation);
    }
  }

  private static void assertCollected(WeakReference<Simulation> simulation) throws Exception {
    for (int i = 0; i < COLLECTIONS && simulation.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(simulation.refersTo(null), "a simulation that is over was not collected");
  }

  @Test
  void asleep() throws Exception {
    assertCollected(end((simulation, _) -> simulation.sleep(Duration.ofDays(1))));
  }

  @Test
  void waitingForAMonitor() throws Exception {
    assertCollected(
        end((simulation, monitor) -> {
          synchronized (monitor) {
            simulation.sleep(Duration.ofDays(1));
          }
        }));
  }

  @Test
  void waitingInAMonitor() throws Exception {
    assertCollected(
        end((_, monitor) -> {
          synchronized (monitor) {
            while (true) {
              monitor.wait();
            }
          }
        }));
  }

  @Test
  void waitingForAMonitorThatIsFreedLater() throws Exception {
    Object monitor = new Object();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Thread holder =
        Thread.ofPlatform()
            .start(() -> {
              synchronized (monitor) {
                held.countDown();
                awaitUninterruptibly(over);
              }
            });
    held.await();
    WeakReference<Simulation> simulation =
        end((_, _) -> {
          synchronized (monitor) {
            throw new AssertionError("nobody has let go of the monitor");
          }
        });
    over.countDown();
    holder.join();
    assertCollected(simulation);
    // Who has ended does not stand in the way of others.
    int[] entered = {0};
    Thread next =
        Thread.ofPlatform()
            .start(() -> {
              synchronized (monitor) {
                entered[0]++;
              }
            });
    next.join();
    assertEquals(1, entered[0]);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
