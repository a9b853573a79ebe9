// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.CompletionHandler;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Timespec;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Waiting for completions and taking them. */
class ReapTest extends RingTest {
  @Test
  void reapTakesAtMostAsManyAsAsked() {
    Ring raw = nops(10);
    List<Long> seen = new ArrayList<>();
    assertEquals(3, raw.reap((data, _, _) -> seen.add(data), 3));
    assertEquals(7, raw.ready());
    assertEquals(7, raw.reap((data, _, _) -> seen.add(data)));
    assertEquals(LongStream.range(0, 10).boxed().toList(), seen);
  }

  @Test
  void reapOfNothingReturnsZero() {
    assertEquals(0, ring.ring().reap((_, _, _) -> {}));
  }

  @Test
  void aHandlerMayFillAndSubmit() {
    Ring raw = openRaw();
    long[] last = {0};
    CompletionHandler again =
        (data, _, _) -> {
          last[0] = data;
          if (data < 500) {
            raw.next().nop().userData(data + 1);
            raw.submit();
          }
        };
    raw.next().nop().userData(1);
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (last[0] < 500 && World.nanoTime() < end) {
      raw.submitAndWait(1, TimeUnit.SECONDS.toNanos(1));
      raw.reap(again);
    }
    assertEquals(500, last[0]);
    assertEquals(0, raw.inFlight());
  }

  @Test
  void aHandlerMayFillMoreThanTheQueueHolds() {
    // What the handler runs in has not been reaped: as many again may wait, which is enough.
    Ring raw = openRaw(options -> options.entries(4).completionEntries(8));
    int[] seen = {0};
    CompletionHandler handler =
        (data, _, _) -> {
          seen[0]++;
          if (data == 0) {
            for (int i = 1; i <= 12; i++) {
              raw.next().nop().userData(i);
            }
          }
        };
    raw.next().nop().userData(0);
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (seen[0] < 13 && World.nanoTime() < end) {
      raw.submitAndWait(1, TimeUnit.SECONDS.toNanos(1));
      raw.reap(handler);
    }
    assertEquals(13, seen[0]);
  }

  @Test
  void reapInsideAHandlerIsRefused() {
    Ring raw = nops(1);
    var e =
        assertThrows(
            IllegalStateException.class, () -> raw.reap((_, _, _) -> raw.reap((_, _, _) -> {})));
    assertTrue(e.getMessage().contains("handler"), e.getMessage());
    // And the ring is usable afterwards.
    nops(raw, 1);
    assertEquals(1, raw.reap((_, _, _) -> {}));
  }

  @Test
  void aHandlerThatThrowsLosesNothing() {
    Ring raw = nops(10);
    List<Long> seen = new ArrayList<>();
    CompletionHandler failing =
        (data, _, _) -> {
          seen.add(data);
          if (data == 4) {
            throw new IllegalArgumentException("handler");
          }
        };
    assertThrows(IllegalArgumentException.class, () -> raw.reap(failing));
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), seen);
    raw.reap((data, _, _) -> seen.add(data));
    assertEquals(LongStream.range(0, 10).boxed().toList(), seen);
    assertEquals(0, raw.inFlight());
  }

  @Test
  void whatEndsOnTheSpotDoesNotKeepOthersWaiting() {
    Ring raw = openRaw();
    long timer = 1L << 40;
    MemorySegment time = Timespec.write(memory(Timespec.SIZE), TimeUnit.MILLISECONDS.toNanos(20));
    raw.next().timeout(time, false).userData(timer);
    boolean[] rang = {false};
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (!rang[0] && World.nanoTime() < end) {
      raw.next().nop().userData(1);
      raw.submitAndWait(1);
      raw.reap((data, _, _) -> rang[0] |= data == timer);
    }
    assertTrue(rang[0], raw::toString);
  }

  @Test
  void waitingForNothingReturnsAtOnce() {
    Pipe pipe = pipe();
    ring.submit(sqe -> sqe.read(pipe.read(), memory(1), Sqe.AT_POSITION));
    assertEquals(0, ring.ring().submitAndWait(0));
    assertEquals(0, ring.ring().submitAndWait(1, 0));
  }

  @Test
  void aWaitEndsWhenItsTimeIsOver() {
    Pipe pipe = pipe();
    ring.submit(sqe -> sqe.read(pipe.read(), memory(1), Sqe.AT_POSITION));
    long start = World.nanoTime();
    long end = start + Duration.ofMillis(60).toNanos();
    while (World.nanoTime() < end) {
      // It may end early for another reason, but has to end.
      assertEquals(0, ring.ring().submitAndWait(1, end - World.nanoTime()));
    }
    assertTrue(World.nanoTime() - start < kernel.patience().toNanos());
  }

  @Test
  void aWaitWithATimeLimitDoesNotSpin() {
    RingTester quiet = open(options -> options);
    long before = quiet.ring().stats().enters();
    quiet.expectNothing(Duration.ofMillis(200));
    assertTrue(quiet.ring().stats().enters() - before < 20, quiet.ring().stats()::toString);
  }

  @Test
  void aWaitReturnsAtOnceWhenEnoughIsReady() {
    Ring raw = nops(3);
    assertEquals(3, raw.submitAndWait(2, TimeUnit.HOURS.toNanos(1)));
  }

  @Test
  void aWaitForSeveralEndsWhenTheyAreThere() {
    Pipe pipe = pipe();
    for (int i = 0; i < 4; i++) {
      ring.submit(sqe -> sqe.read(pipe.read(), memory(1), Sqe.AT_POSITION));
    }
    ring.submit(sqe -> sqe.write(pipe.write(), memory("1234"), Sqe.AT_POSITION));
    awaitReady(ring.ring(), 5);
    ring.awaitAll();
  }

  @Test
  void anIdleRingHasNothingInFlight() {
    ring.run(Sqe::nop);
    ring.ring().submitAndWait(1, 1_000_000);
    assertEquals(0, ring.ring().inFlight());
    assertFalse(ring.ring().toString().isEmpty());
  }

  /** A batch of NOPs with user data from 0 on, all of them ready. */
  private Ring nops(int count) {
    return nops(openRaw(), count);
  }

  private Ring nops(Ring raw, int count) {
    for (int i = 0; i < count; i++) {
      raw.next().nop().userData(i);
    }
    awaitReady(raw, count);
    return raw;
  }
}
