// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Timespec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code TIMEOUT}. */
class TimeoutTest extends RingTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private MemorySegment millis(long millis) {
    return nanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private MemorySegment nanos(long nanos) {
    return Timespec.write(memory(Timespec.SIZE), nanos);
  }

  private long timeout(MemorySegment time) {
    return ring.submit(sqe -> sqe.timeout(time, false));
  }

  @Test
  void aTimeoutEndsWhenItsTimeHasCome() {
    long start = World.nanoTime();
    assertError(Errno.ETIME, ring.result(timeout(millis(50))));
    long took = World.nanoTime() - start;
    assertTrue(took >= TimeUnit.MILLISECONDS.toNanos(50), () -> took + " ns");
  }

  @Test
  void noTimeAtAllEndsAtOnce() {
    assertError(Errno.ETIME, ring.result(timeout(nanos(0))));
    assertError(Errno.ETIME, ring.result(timeout(nanos(1))));
  }

  @Test
  void timeoutsEndInTheOrderOfTheirTimes() {
    long late = timeout(millis(120));
    long early = timeout(millis(30));
    long middle = timeout(millis(75));
    assertEquals(
        List.of(early, middle, late), ring.awaitAll().stream().map(Cqe::userData).toList());
  }

  @Test
  void otherOperationsDoNotEndIt() {
    long timeout = timeout(millis(60));
    for (int i = 0; i < 10; i++) {
      assertResult(0, ring.run(Sqe::nop));
    }
    assertTrue(ring.pending().contains(timeout));
    assertError(Errno.ETIME, ring.result(timeout));
  }

  @Test
  void anAbsoluteTimeThatIsOverEndsAtOnce() {
    // Nanoseconds of the monotonic clock since the machine was started.
    MemorySegment past = nanos(1);
    assertError(Errno.ETIME, ring.run(sqe -> sqe.timeout(past, true)));
  }

  @Test
  void anAbsoluteTimeIsOneOfTheMonotonicClock() {
    // On Linux System.nanoTime() is that clock; taken as a span of time it would be the machine's
    // whole life.
    long start = World.nanoTime();
    assumeTrue(start > TimeUnit.SECONDS.toNanos(4), "the clock has just started");
    MemorySegment soon = nanos(start + TimeUnit.MILLISECONDS.toNanos(40));
    assertError(Errno.ETIME, ring.run(sqe -> sqe.timeout(soon, true)));
    long took = World.nanoTime() - start;
    assertTrue(took >= TimeUnit.MILLISECONDS.toNanos(40), () -> took + " ns");
    assertTrue(took < TimeUnit.SECONDS.toNanos(4), () -> took + " ns");
  }

  @Test
  void anAbsoluteTimeFarAheadIsWaitedFor() {
    MemorySegment future = nanos(TimeUnit.DAYS.toNanos(365 * 100));
    long timeout = ring.submit(sqe -> sqe.timeout(future, true));
    ring.expectNothing(Duration.ofMillis(30));
    assertResult(0, ring.run(sqe -> sqe.cancel(timeout)));
    assertError(Errno.ECANCELED, ring.result(timeout));
  }

  @Test
  void aTimeoutCanBeCancelled() {
    long timeout = timeout(nanos(HOUR));
    assertResult(0, ring.run(sqe -> sqe.cancel(timeout)));
    assertError(Errno.ECANCELED, ring.result(timeout));
    assertError(Errno.ENOENT, ring.run(sqe -> sqe.cancel(timeout)));
  }

  @Test
  void theTimeIsReadWhenItIsSubmitted() {
    MemorySegment time = millis(20);
    long timeout = timeout(time);
    ring.waitUntil(() -> ring.ring().room() == RingOptions.DEFAULT.entries(), "room");
    Timespec.write(time, HOUR);
    assertError(Errno.ETIME, ring.result(timeout));
  }

  @Test
  void aThousandTimeoutsAllEnd() {
    MemorySegment[] times = new MemorySegment[20];
    for (int i = 0; i < times.length; i++) {
      times[i] = millis(i);
    }
    for (int i = 0; i < 1000; i++) {
      MemorySegment time = times[i % times.length];
      ring.fill(sqe -> sqe.timeout(time, false));
    }
    ring.ring().submit();
    for (Cqe cqe : ring.awaitAll()) {
      assertError(Errno.ETIME, cqe.result());
    }
  }

  @Test
  void aTimeoutDoesNotHoldOthersBack() {
    long timeout = timeout(nanos(HOUR));
    for (int i = 0; i < 100; i++) {
      ring.fill(Sqe::nop);
    }
    ring.ring().submit();
    assertEquals(100, ring.await(100).size());
    ring.run(sqe -> sqe.cancel(timeout));
  }

  @Test
  void nonsenseIsRefused() {
    MemorySegment negative = nanos(0);
    negative.set(ValueLayout.JAVA_LONG, 0, -1);
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.timeout(negative, false)));
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> ring.ring().next().timeout(memory(8), false));
    assertTrue(e.getMessage().contains("8") && e.getMessage().contains("16"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Timespec.write(memory(16), -5));
  }
}
