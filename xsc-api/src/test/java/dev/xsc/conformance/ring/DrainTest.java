// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.Sqe;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Sqe#drain()} and {@link Sqe#async()}. */
class DrainTest extends RingTest {
  @Test
  void aDrainedEntryWaitsForAllBefore() {
    Pipe pipe = pipe();
    long read = ring.submit(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    long drained = ring.submit(sqe -> sqe.nop().drain());
    ring.expectNothing(Duration.ofMillis(20));
    // From outside: what is submitted now waits behind the drained entry.
    ring.ring().calls().write(pipe.write(), memory("data"));
    assertEquals(List.of(read, drained), ring.awaitAll().stream().map(Cqe::userData).toList());
  }

  @Test
  void laterEntriesWaitForWhatADrainedOneWaitsFor() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    long drained = ring.fill(sqe -> sqe.nop().drain());
    long later = ring.fill(Sqe::nop);
    ring.ring().submit();
    long evenLater = ring.submit(Sqe::nop);
    ring.expectNothing(Duration.ofMillis(20));
    ring.ring().calls().write(pipe.write(), memory("data"));
    List<Long> order = ring.awaitAll().stream().map(Cqe::userData).toList();
    // The three may then run beside each other.
    assertEquals(read, order.getFirst());
    assertTrue(order.containsAll(List.of(drained, later, evenLater)));
  }

  @Test
  void drainingAnIdleRingDoesNotWait() {
    for (int i = 0; i < 20; i++) {
      assertResult(0, ring.run(sqe -> sqe.nop().drain()));
    }
  }

  @Test
  void everyEntryDrainedIsASequence() {
    int fd = file("file");
    for (int i = 0; i < 50; i++) {
      MemorySegment letter = memory(String.valueOf((char) ('A' + i)));
      ring.fill(sqe -> sqe.write(fd, letter, AT_POSITION).drain());
    }
    ring.ring().submit();
    List<Cqe> all = ring.awaitAll();
    for (int i = 0; i < 50; i++) {
      assertEquals(i + 1, all.get(i).userData() - all.getFirst().userData() + 1);
      assertEquals('A' + i, contentOf("file")[i]);
    }
  }

  @Test
  void aFailureBeforeDoesNotMatter() {
    long bad = ring.fill(sqe -> sqe.read(-1, memory(1), 0));
    long drained = ring.fill(sqe -> sqe.nop().drain());
    ring.ring().submit();
    assertError(Errno.EBADF, ring.result(bad));
    assertResult(0, ring.result(drained));
  }

  @Test
  void aDrainedChainStartsAsAWhole() {
    Pipe pipe = pipe();
    long read = ring.submit(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    long first = ring.fill(sqe -> sqe.nop().link().drain());
    long second = ring.fill(Sqe::nop);
    ring.ring().submit();
    ring.expectNothing(Duration.ofMillis(20));
    ring.ring().calls().write(pipe.write(), memory("data"));
    List<Long> order = ring.awaitAll().stream().map(Cqe::userData).toList();
    assertEquals(List.of(read, first, second), order);
  }

  @Test
  void aRingIsClosedWithOperationsThatWaitBehindADrainedEntry() {
    // On Linux from 6.16 on, what was held back by a drained entry holds back all that follow, a
    // cancel as well.
    Pipe pipe = pipe();
    RingTester other = open(options -> options);
    long drained = other.fill(sqe -> sqe.nop().drain());
    other.fill(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    other.ring().submit();
    assertResult(0, other.result(drained));
    if (other.ring().capabilities().has(Feature.CANCEL_ANY)) {
      assertEquals(1, other.closeRing().size());
    } else {
      other.ring().calls().write(pipe.write(), memory("data"));
      assertEquals(1, other.awaitAll().size());
    }
  }

  @Test
  void aWakeupIsHeardAfterADrainedEntry() {
    Pipe pipe = pipe();
    RingTester wakeable = open(options -> options.wakeups());
    wakeable.expectNothing(Duration.ofMillis(5));
    long drained = wakeable.fill(sqe -> sqe.nop().drain());
    long parked = wakeable.fill(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    wakeable.ring().submit();
    assertResult(0, wakeable.result(drained));
    wakeable.ring().wakeup();
    long start = System.nanoTime();
    long limit = kernel.patience().toNanos();
    wakeable.ring().submitAndWait(1, limit);
    assertTrue(System.nanoTime() - start < limit);
    wakeable.ring().calls().write(pipe.write(), memory("data"));
    assertResult(4, wakeable.result(parked));
  }

  @Test
  void aRingWithWakeupsDrains() {
    RingTester wakeable = open(options -> options.wakeups());
    wakeable.expectNothing(Duration.ofMillis(5));
    for (int i = 0; i < 5; i++) {
      assertResult(0, wakeable.run(sqe -> sqe.nop().drain()));
      assertResult(0, wakeable.run(Sqe::nop));
    }
  }

  @Test
  void asynchronousEntriesHaveTheSameResults() {
    int fd = file("file", bytes("hello"));
    MemorySegment buffer = memory(5);
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 0).async()));
    assertEquals("hello", text(buffer, 5));
    assertResult(2, ring.run(sqe -> sqe.write(fd, memory("HE"), 0).async()));
    assertResult(0, ring.run(sqe -> sqe.fsync(fd).async()));
    assertResult(0, ring.run(sqe -> sqe.nop().async()));
    assertResult(0, ring.run(sqe -> sqe.ftruncate(fd, 2).async()));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.read(-1, buffer, 0).async()));
    assertEquals(2, contentOf("file").length);
  }

  @Test
  void asynchronousEntriesKeepTheOrderOfTheirChain() {
    int fd = file("file");
    long first = ring.fill(sqe -> sqe.write(fd, memory("first!"), 0).async().link());
    long second = ring.fill(sqe -> sqe.write(fd, memory("second"), 0).async().link());
    long third = ring.fill(sqe -> sqe.fsync(fd).async());
    ring.ring().submit();
    assertEquals(
        List.of(first, second, third), ring.awaitAll().stream().map(Cqe::userData).toList());
    assertEquals("second", new String(contentOf("file"), StandardCharsets.UTF_8));
  }

  @Test
  void anAsynchronousReadOfAPipeWaitsAndCanBeCancelled() {
    Pipe pipe = pipe();
    long read = ring.submit(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION).async());
    ring.expectNothing(Duration.ofMillis(10));
    ring.run(sqe -> sqe.cancel(read));
    int result = ring.result(read);
    assertTrue(result == -Errno.ECANCELED || result == -Errno.EINTR, () -> Results.name(result));
  }
}
