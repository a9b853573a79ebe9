// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Ring;
import dev.xsc.ring.RingStats;
import dev.xsc.ring.Sqe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filling entries and handing them over. */
class SubmissionTest extends RingTest {
  @Test
  void aNopCompletesWithZero() {
    Cqe cqe = ring.await(ring.submit(Sqe::nop));
    assertEquals(0, cqe.result());
    assertEquals(0, cqe.flags());
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 1, -1L >>> 1, Long.MIN_VALUE, 0xfffe_ffff_ffff_ffffL, 0x1234_5678_9abc_def0L})
  void userDataComesBackUnchanged(long userData) {
    Ring raw = openRaw();
    raw.next().nop().userData(userData);
    awaitReady(raw, 1);
    List<Long> seen = new ArrayList<>();
    raw.reap((data, _, _) -> seen.add(data));
    assertEquals(List.of(userData), seen);
  }

  @Test
  void anEntryWithoutUserDataCompletesWithZeroAsItsUserData() {
    Ring raw = openRaw();
    raw.next().nop();
    awaitReady(raw, 1);
    List<Long> seen = new ArrayList<>();
    raw.reap((data, _, _) -> seen.add(data));
    assertEquals(List.of(0L), seen);
  }

  @Test
  void nothingHappensBeforeSubmit() {
    ring.fill(Sqe::nop);
    assertEquals(0, ring.ring().ready());
    assertEquals(0, ring.ring().inFlight());
    assertEquals(0, ring.ring().reap((_, _, _) -> {}));
    ring.ring().submit();
    assertEquals(1, ring.awaitAll().size());
  }

  @Test
  void nopsCompleteOnceEachAndInOrder() {
    for (int i = 0; i < 200; i++) {
      ring.fill(Sqe::nop);
    }
    ring.ring().submit();
    List<Long> order = ring.awaitAll().stream().map(Cqe::userData).toList();
    assertEquals(LongStream.rangeClosed(1, 200).boxed().toList(), order);
  }

  @Test
  void submitReturnsHowManyEntriesWereTaken() {
    for (int i = 0; i < 5; i++) {
      ring.fill(Sqe::nop);
    }
    assertEquals(5, ring.ring().submit());
    assertEquals(0, ring.ring().submit());
    ring.awaitAll();
  }

  @Test
  void nextHandsAFullQueueOver() {
    RingTester small = open(options -> options.entries(4).completionEntries(64));
    for (int i = 0; i < 30; i++) {
      small.fill(Sqe::nop);
    }
    small.ring().submit();
    assertEquals(30, small.awaitAll().size());
    assertTrue(small.ring().stats().submissionQueueFull() > 0);
  }

  @Test
  void nextOrNullReturnsNullWhenTheQueueIsFull() {
    Ring small = openRaw(options -> options.entries(4));
    for (int i = 0; i < 4; i++) {
      small.next().nop().userData(i);
    }
    assertNull(small.nextOrNull());
    awaitReady(small, 4);
    assertEquals(4, small.reap((_, _, _) -> {}));
    assertNotNull(small.nextOrNull());
  }

  @Test
  void roomIsWhatCanBeFilledWithoutSubmitting() {
    Ring small = openRaw(options -> options.entries(8));
    assertEquals(8, small.room());
    small.next().nop();
    small.next().nop();
    assertEquals(6, small.room());
    awaitReady(small, 2);
    assertEquals(8, small.room());
  }

  @Test
  void aRingOfOneEntryWorks() {
    RingTester tiny = open(options -> options.entries(1).completionEntries(1));
    for (int i = 0; i < 100; i++) {
      assertResult(0, tiny.run(Sqe::nop));
    }
  }

  @Test
  void theQueueGoesRoundManyTimes() {
    RingTester small = open(options -> options.entries(8).completionEntries(8));
    for (int round = 0; round < 1000; round++) {
      int count = round % 8 + 1;
      for (int i = 0; i < count; i++) {
        small.fill(Sqe::nop);
      }
      small.ring().submit();
      assertEquals(count, small.awaitAll().size());
    }
  }

  @Test
  void aRingOfTheLargestSizeWorks() {
    RingTester large = open(options -> options.entries(4096).completionEntries(8192));
    for (int i = 0; i < 4096; i++) {
      large.fill(Sqe::nop);
    }
    assertEquals(4096, large.ring().submit());
    assertEquals(4096, large.awaitAll().size());
  }

  @Test
  void inFlightCountsWhatWasSubmittedAndHasNotEnded() {
    Pipe pipe = pipe();
    long read = ring.submit(sqe -> sqe.read(pipe.read(), memory(8), Sqe.AT_POSITION));
    ring.submit(sqe -> sqe.read(pipe.read(), memory(8), Sqe.AT_POSITION));
    assertEquals(2, ring.ring().inFlight());
    ring.run(sqe -> sqe.write(pipe.write(), memory("12345678"), Sqe.AT_POSITION));
    ring.await(1);
    assertEquals(1, ring.ring().inFlight());
    assertTrue(read > 0);
  }

  @Test
  void countersCountSubmissionsAndCompletions() {
    RingStats before = ring.ring().stats();
    for (int i = 0; i < 10; i++) {
      ring.run(Sqe::nop);
    }
    RingStats after = ring.ring().stats();
    assertTrue(after.submitted() - before.submitted() >= 10);
    assertTrue(after.completed() - before.completed() >= 10);
    assertTrue(after.enters() > before.enters());
    assertEquals(0, after.lost());
    assertEquals(0, after.dropped());
  }

  @Test
  void anEntryIsCopiedWhenItIsSubmitted() {
    // The slot of a parked read is filled again while the read waits: it must not notice.
    RingTester tiny = open(options -> options.entries(1).completionEntries(8));
    Pipe pipe = pipe();
    var buffer = memory(4);
    long read = tiny.submit(sqe -> sqe.read(pipe.read(), buffer, Sqe.AT_POSITION));
    for (int i = 0; i < 5; i++) {
      assertResult(0, tiny.run(Sqe::nop));
    }
    assertResult(4, tiny.run(sqe -> sqe.write(pipe.write(), memory("data"), Sqe.AT_POSITION)));
    assertResult(4, tiny.result(read));
    assertEquals("data", text(buffer, 4));
  }

  @Test
  void waitingForMoreThanTheQueueHoldsIsRefusedWithBothNumbers() {
    Ring small = openRaw(options -> options.entries(4).completionEntries(8));
    var e = assertThrows(IllegalArgumentException.class, () -> small.submitAndWait(9));
    assertTrue(e.getMessage().contains("9") && e.getMessage().contains("8"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> small.submitAndWait(-1));
  }
}
