// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link Ring#wakeup()}, the one thing that another thread may do to a ring. */
class WakeupTest extends RingTest {
  private RingTester wakeable;
  private Ring raw;
  private long limit;

  @BeforeEach
  void openWakeable() {
    wakeable = open(options -> options.wakeups());
    raw = wakeable.ring();
    limit = kernel.patience().toNanos();
  }

  @Test
  void aWakeupEndsAWait() throws InterruptedException {
    Thread waker =
        World.thread()
            .start(() -> {
              sleep(30);
              raw.wakeup();
            });
    waitThatEndsOnlyByAWakeup();
    waker.join();
    assertEquals(0, raw.reap((_, _, _) -> {}));
  }

  @Test
  void aWakeupBeforeTheWaitEndsIt() {
    raw.wakeup();
    waitThatEndsOnlyByAWakeup();
  }

  @Test
  void wakeupsOfTheOwnerThreadCountToo() {
    for (int i = 0; i < 20; i++) {
      raw.wakeup();
      waitThatEndsOnlyByAWakeup();
      raw.reap((_, _, _) -> {});
    }
  }

  @Test
  void manyWakeupsBeforeAWaitLeaveTheRingUsable() {
    for (int i = 0; i < 10_000; i++) {
      raw.wakeup();
    }
    waitThatEndsOnlyByAWakeup();
    for (int i = 0; i < 10; i++) {
      assertResult(0, wakeable.run(Sqe::nop));
    }
  }

  @Test
  void theHandlerSeesNothingOfAWakeup() {
    long nop = wakeable.submit(Sqe::nop);
    raw.wakeup();
    assertResult(0, wakeable.result(nop));
    // The tester fails on a completion that it did not ask for.
    wakeable.expectNothing(Duration.ofMillis(20));
    assertEquals(0, raw.inFlight());
  }

  @Test
  void operationsCompleteWhileWakeupsCome() {
    Pipe pipe = pipe();
    for (int i = 0; i < 200; i++) {
      long read = wakeable.submit(sqe -> sqe.read(pipe.read(), memory(1), AT_POSITION));
      raw.wakeup();
      long write = wakeable.submit(sqe -> sqe.write(pipe.write(), memory("x"), AT_POSITION));
      assertResult(1, wakeable.result(read));
      assertResult(1, wakeable.result(write));
    }
    assertEquals(0, raw.inFlight());
  }

  @Test
  void noWakeupIsLostBetweenWaits() throws InterruptedException {
    // The other thread adds one and wakes; the owner waits until it has seen all of them. A wake-up
    // that is lost
    // between looking and waiting leaves the owner waiting although there is something to see.
    int rounds = 20_000;
    AtomicLong published = new AtomicLong();
    AtomicLong seen = new AtomicLong();
    Thread other =
        World.thread()
            .start(() -> {
              for (int i = 1; i <= rounds; i++) {
                published.set(i);
                raw.wakeup();
                while (seen.get() < i) {
                  World.spin();
                }
                if (i % 1000 == 0) {
                  LockSupport.parkNanos(1);
                }
              }
            });
    while (seen.get() < rounds) {
      long before = published.get();
      seen.set(before);
      if (published.get() == before && before < rounds) {
        long start = World.nanoTime();
        raw.submitAndWait(1, limit);
        long took = World.nanoTime() - start;
        assertTrue(took < limit, () -> "a wake-up was lost after " + before + ": " + raw);
      }
      raw.reap((_, _, _) -> {});
    }
    other.join();
  }

  @Test
  void wakeupsOfManyThreadsAllCount() throws InterruptedException {
    int threads = 4;
    int each = 2_000;
    AtomicLong published = new AtomicLong();
    Thread[] others = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      others[t] =
          World.thread()
              .start(() -> {
                for (int i = 0; i < each; i++) {
                  published.incrementAndGet();
                  raw.wakeup();
                }
              });
    }
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (published.get() < (long) threads * each) {
      raw.submitAndWait(1, TimeUnit.SECONDS.toNanos(5));
      raw.reap((_, _, _) -> {});
      assertTrue(World.nanoTime() < end, raw::toString);
    }
    for (Thread other : others) {
      other.join();
    }
    for (int i = 0; i < 10; i++) {
      assertResult(0, wakeable.run(Sqe::nop));
    }
  }

  @Test
  void aRingOpenedWithoutThemSaysHowToGetThem() {
    Assumptions.assumeFalse(kernel.profile().wakeups(), "every ring has wake-ups in this profile");
    var e = assertThrows(IllegalStateException.class, () -> ring.ring().wakeup());
    assertTrue(e.getMessage().contains("RingOptions"), e.getMessage());
  }

  @Test
  void aLinkAtTheEndOfABatchDoesNotReachTheWakeup() {
    Pipe pipe = pipe();
    long read = wakeable.fill(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION).link());
    raw.wakeup();
    waitThatEndsOnlyByAWakeup();
    assertTrue(wakeable.pending().contains(read));
    ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
    assertResult(4, wakeable.result(read));
  }

  @Test
  void aFullSubmissionQueueStillHearsWakeups() {
    RingTester tiny = open(options -> options.entries(1).completionEntries(4).wakeups());
    tiny.fill(Sqe::nop);
    tiny.ring().wakeup();
    assertEquals(1, tiny.awaitAll().size());
    tiny.ring().wakeup();
    waitThatEndsOnlyByAWakeup(tiny.ring());
  }

  private void waitThatEndsOnlyByAWakeup() {
    waitThatEndsOnlyByAWakeup(raw);
  }

  private void waitThatEndsOnlyByAWakeup(Ring waiting) {
    long start = World.nanoTime();
    waiting.submitAndWait(1, limit);
    assertTrue(World.nanoTime() - start < limit, () -> "not woken: " + waiting);
  }

  private static void sleep(long millis) {
    World.sleep(Duration.ofMillis(millis));
  }
}
