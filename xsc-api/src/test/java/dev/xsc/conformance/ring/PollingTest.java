// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Sqe;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A ring whose submission queue is watched by a thread of the kernel; where there is none, an
 * ordinary one.
 */
class PollingTest extends RingTest {
  private RingTester polled;

  @BeforeEach
  void openPolled() {
    polled = open(options -> options.entries(8).completionEntries(64).submissionPolling(1));
  }

  @Test
  void submissionsAreTaken() {
    for (int i = 0; i < 100; i++) {
      assertResult(0, polled.run(Sqe::nop));
    }
  }

  @Test
  void theThreadIsWokenAfterItHasSlept() {
    for (int i = 0; i < 10; i++) {
      assertResult(0, polled.run(Sqe::nop));
      World.sleep(Duration.ofMillis(10));
    }
  }

  @Test
  void moreThanTheQueueHoldsIsTaken() {
    for (int i = 0; i < 1000; i++) {
      polled.fill(Sqe::nop);
      if (i % 50 == 49) {
        polled.ring().submit();
        polled.awaitAll();
      }
    }
  }

  @Test
  void orderAndContentAreTheSame() {
    int fd = file("file");
    MemorySegment buffer = memory(4);
    polled.fill(sqe -> sqe.write(fd, memory("data"), 0).link());
    polled.fill(sqe -> sqe.fsync(fd).link());
    polled.fill(sqe -> sqe.read(fd, buffer, 0));
    polled.ring().submit();
    List<Long> order = polled.awaitAll().stream().map(Cqe::userData).toList();
    assertEquals(LongStream.rangeClosed(1, 3).boxed().toList(), order);
    assertEquals("data", text(buffer, 4));
  }

  @Test
  void parkedOperationsWork() {
    Pipe pipe = pipe();
    long read = polled.submit(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    assertResult(4, ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION)));
    assertResult(4, polled.result(read));
  }

  @Test
  void wakeupsWork() {
    RingTester wakeable = open(options -> options.entries(8).submissionPolling(1).wakeups());
    for (int i = 0; i < 10; i++) {
      wakeable.ring().wakeup();
      long start = World.nanoTime();
      long limit = kernel.patience().toNanos();
      wakeable.ring().submitAndWait(1, limit);
      assertTrue(World.nanoTime() - start < limit);
      assertResult(0, wakeable.run(Sqe::nop));
    }
  }
}
