// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Ordinary Java concurrency works inside a simulation, in an order that the seed decides. */
@SuppressWarnings({
  "FutureReturnValueIgnored", // what tasks do is looked at by other means
  "ThreadPriorityCheck", // the scheduler is what is tested
  "WaitNotInLoop" // simulated waits end for no other reason
})
class ThreadsTest {
  private static final int MANY = 20;

  private static <T> T simulate(long seed, SimBody<T> body) throws Exception {
    try (Simulation simulation = Simulation.open(SimulationOptions.DEFAULT.seed(seed))) {
      return simulation.call(() -> body.run(simulation));
    }
  }

  private interface SimBody<T> {
    T run(Simulation simulation) throws Exception;
  }

  /** Order in which threads come through here, by turns of yielding. */
  private static List<Integer> order(long seed) throws Exception {
    return simulate(
        seed,
        simulation -> {
          List<Integer> order = new ArrayList<>();
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < MANY; i++) {
            int id = i;
            threads.add(
                Thread.startVirtualThread(() -> {
                  Thread.yield();
                  order.add(id);
                }));
          }
          for (Thread thread : threads) {
            thread.join();
          }
          return order;
        });
  }

  @Test
  void theSameSeedRunsThreadsInTheSameOrderAndAnotherSeedInAnother() throws Exception {
    Set<List<Integer>> orders = new HashSet<>();
    for (int seed = 0; seed < 10; seed++) {
      List<Integer> first = order(seed);
      assertEquals(MANY, first.size());
      assertEquals(first, order(seed), "seed " + seed);
      orders.add(first);
    }
    assertTrue(orders.size() > 5, orders.size() + " orders of 10 seeds");
  }

  @Test
  void monitorsWithWaitAndNotifyWork() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      int sum =
          simulate(
              seed,
              simulation -> {
                Object lock = new Object();
                int[] count = {0};
                for (int i = 0; i < MANY; i++) {
                  Thread.startVirtualThread(() -> {
                    synchronized (lock) {
                      // Parks with the monitor held, so that others block on it.
                      simulation.sleep(Duration.ofNanos(10));
                      count[0]++;
                      lock.notifyAll();
                    }
                  });
                }
                synchronized (lock) {
                  while (count[0] < MANY) {
                    lock.wait();
                  }
                }
                return count[0];
              });
      assertEquals(MANY, sum);
    }
  }

  /** Who got a contended monitor in which order. */
  private static List<Integer> monitorOrder(long seed) throws Exception {
    return simulate(
        seed,
        simulation -> {
          Object lock = new Object();
          List<Integer> order = new ArrayList<>();
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < MANY; i++) {
            int id = i;
            threads.add(
                Thread.startVirtualThread(() -> {
                  for (int round = 0; round < 3; round++) {
                    synchronized (lock) {
                      order.add(id);
                      Thread.yield();
                    }
                    Thread.yield();
                  }
                }));
          }
          for (Thread thread : threads) {
            thread.join();
          }
          return order;
        });
  }

  @Test
  void contendedMonitorsAreHandedOnInTheSameOrderEachTime() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      List<Integer> first = monitorOrder(seed);
      assertEquals(3 * MANY, first.size());
      assertEquals(first, monitorOrder(seed), "seed " + seed);
    }
  }

  @Test
  void locksQueuesLatchesAndExecutorsWork() throws Exception {
    int sum =
        simulate(
            1,
            simulation -> {
              ReentrantLock lock = new ReentrantLock();
              BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(2);
              CountDownLatch latch = new CountDownLatch(MANY);
              int[] total = {0};
              try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < MANY; i++) {
                  int value = i;
                  executor.submit(() -> {
                    queue.put(value);
                    latch.countDown();
                    return value;
                  });
                }
                for (int i = 0; i < MANY; i++) {
                  executor.submit(() -> {
                    int taken = queue.take();
                    lock.lock();
                    try {
                      total[0] += taken;
                    } finally {
                      lock.unlock();
                    }
                    return taken;
                  });
                }
                latch.await();
              }
              return total[0];
            });
    assertEquals(MANY * (MANY - 1) / 2, sum);
  }

  @Test
  void timedParksTakeVirtualTime() throws Exception {
    long hour = Duration.ofHours(1).toNanos();
    long after =
        simulate(
            1,
            simulation -> {
              LockSupport.parkNanos(hour);
              return simulation.nanoTime();
            });
    assertEquals(hour, after);
  }

  @Test
  void timedWaitsOnMonitorsTakeVirtualTime() throws Exception {
    long after =
        simulate(
            1,
            simulation -> {
              Object lock = new Object();
              synchronized (lock) {
                lock.wait(3_600_000);
              }
              return simulation.nanoTime();
            });
    assertEquals(Duration.ofHours(1).toNanos(), after);
  }

  @Test
  void sleepingTakesVirtualTimeAndOrdersThreads() throws Exception {
    List<Integer> order =
        simulate(
            1,
            simulation -> {
              List<Integer> woken = new ArrayList<>();
              List<Thread> threads = new ArrayList<>();
              for (int i = MANY; i > 0; i--) {
                int minutes = i;
                threads.add(
                    Thread.startVirtualThread(() -> {
                      simulation.sleep(Duration.ofMinutes(minutes));
                      woken.add(minutes);
                    }));
              }
              for (Thread thread : threads) {
                thread.join();
              }
              assertEquals(Duration.ofMinutes(MANY).toNanos(), simulation.nanoTime());
              return woken;
            });
    assertEquals(MANY, order.size());
    for (int i = 0; i < MANY; i++) {
      assertEquals(i + 1, order.get(i));
    }
  }

  @Test
  void waitsThatLookAtTheRealClockTakeVirtualTimeOnce() throws Exception {
    long nanos = Duration.ofMillis(200).toNanos();
    long after =
        simulate(
            1,
            simulation -> {
              Thread.sleep(200);
              assertEquals(nanos, simulation.nanoTime());
              assertFalse(new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS));
              assertEquals(2 * nanos, simulation.nanoTime());
              assertNull(new ArrayBlockingQueue<Integer>(1).poll(200, TimeUnit.MILLISECONDS));
              assertEquals(3 * nanos, simulation.nanoTime());
              assertThrows(
                  TimeoutException.class,
                  () -> new CompletableFuture<Integer>().get(200, TimeUnit.MILLISECONDS));
              return simulation.nanoTime();
            });
    assertEquals(4 * nanos, after);
  }

  @Test
  void aDeadlockIsReportedWithAllStacks() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                simulate(
                    1,
                    simulation -> {
                      new CountDownLatch(1).await();
                      return true;
                    }));
    assertTrue(error.getMessage().contains("deadlock"), error.getMessage());
    assertTrue(error.getMessage().contains("CountDownLatch.await"), error.getMessage());
  }

  @Test
  void aSpinThatNothingEndsIsReported() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () -> {
              try (Simulation simulation =
                  Simulation.open(SimulationOptions.DEFAULT.maxSteps(1000))) {
                simulation.run(_ -> {
                  while (true) {
                    Thread.yield();
                  }
                });
              }
            });
    assertTrue(error.getMessage().contains("1000 steps"), error.getMessage());
  }

  @Test
  void aSpinOnTimeMakesTimePass() throws Exception {
    long end =
        simulate(
            1,
            simulation -> {
              Thread sleeper =
                  Thread.startVirtualThread(() -> simulation.sleep(Duration.ofSeconds(1)));
              while (sleeper.isAlive()) {
                Thread.yield();
              }
              return simulation.nanoTime();
            });
    assertEquals(Duration.ofSeconds(1).toNanos(), end);
  }

  @Test
  void anExceptionThatAThreadDoesNotCatchEndsTheSimulation() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                simulate(
                    1,
                    simulation -> {
                      Thread thread =
                          Thread.startVirtualThread(() -> {
                            throw new IllegalArgumentException("planted");
                          });
                      thread.join();
                      simulation.sleep(Duration.ofSeconds(1));
                      return true;
                    }));
    assertEquals("planted", error.getCause().getMessage());
  }

  @Test
  void aThreadFromOutsideThatWakesASimulatedOneIsReported() {
    Exception error =
        assertThrows(
            IllegalStateException.class,
            () ->
                simulate(
                    1,
                    simulation -> {
                      CompletableFuture<Integer> outside = new CompletableFuture<>();
                      Thread stranger = new Thread(() -> outside.complete(1), "stranger");
                      Thread.startVirtualThread(() -> {
                        stranger.start();
                        while (stranger.isAlive()) {
                          Thread.onSpinWait();
                        }
                      });
                      return outside.join();
                    }));
    assertTrue(error.getMessage().contains("stranger"), error.getMessage());
  }

  @Test
  void whatTheBodyThrowsIsThrown() {
    assertThrows(
        java.io.IOException.class,
        () ->
            simulate(
                1,
                simulation -> {
                  throw new java.io.IOException("planted");
                }));
  }

  @Test
  void choicesOfTheTestFollowTheSeed() throws Exception {
    SimBody<List<Integer>> body =
        simulation -> {
          List<Integer> chosen = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            chosen.add(simulation.choose(100));
          }
          return chosen;
        };
    assertEquals(simulate(5, body), simulate(5, body));
    assertNotEquals(simulate(5, body), simulate(6, body));
  }

  @Test
  void theFlagIsThere() {
    assertEquals("", Simulation.refusal());
  }
}
