// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A completion queue that is too small for what completes. */
class CompletionOverflowTest extends RingTest {
  private static final int MANY = 5000;

  private Ring small() {
    return openRaw(options -> options.entries(8).completionEntries(8));
  }

  /**
   * Submits NOPs with user data from 0 on, without reaping, until enough or the kernel takes no
   * more.
   */
  private static int submitNops(Ring raw, int count) {
    for (int i = 0; i < count; i++) {
      try {
        raw.next().nop().userData(i);
      } catch (IllegalStateException full) {
        // Older kernels submit nothing while completions wait.
        return i;
      }
    }
    raw.submit();
    return count;
  }

  private List<Long> reapAll(Ring raw, int count, int atOnce) {
    List<Long> seen = new ArrayList<>();
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (seen.size() < count && World.nanoTime() < end) {
      raw.submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(100));
      raw.reap((data, _, _) -> seen.add(data), atOnce);
    }
    return seen;
  }

  @Test
  void nothingIsLostDoubledOrReordered() {
    Ring raw = small();
    int count = submitNops(raw, MANY);
    assertTrue(count > 8, () -> "the queue did not overflow: " + raw);
    assertEquals(
        LongStream.range(0, count).boxed().toList(), reapAll(raw, count, Integer.MAX_VALUE));
    assertEquals(0, raw.inFlight());
    assertEquals(0, raw.stats().lost());
    assertTrue(raw.stats().overflows() > 0);
  }

  @Test
  void nothingIsLostWhenReapedOneByOne() {
    Ring raw = small();
    int count = submitNops(raw, 200);
    assertEquals(LongStream.range(0, count).boxed().toList(), reapAll(raw, count, 1));
  }

  @Test
  void submittingGoesOnAfterAnOverflow() {
    Ring raw = small();
    for (int round = 0; round < 20; round++) {
      int count = submitNops(raw, 100);
      assertEquals(
          LongStream.range(0, count).boxed().toList(), reapAll(raw, count, Integer.MAX_VALUE));
    }
  }

  @Test
  void operationsThatBecomeReadyTogetherAreAllDelivered() {
    Ring raw = small();
    Pipe pipe = pipe();
    for (int i = 0; i < 1000; i++) {
      raw.next().pollAdd(pipe.read(), Posix.POLLIN).userData(i);
    }
    raw.submit();
    assertEquals(1000, raw.inFlight());
    ring.run(sqe -> sqe.write(pipe.write(), memory("!"), Sqe.AT_POSITION));
    List<Long> seen = reapAll(raw, 1000, Integer.MAX_VALUE);
    assertEquals(1000, seen.size());
    assertEquals(1000, new HashSet<>(seen).size());
    assertEquals(0, raw.inFlight());
  }

  @Test
  void aRingWithABacklogCanBeClosed() {
    RingTester tester = open(options -> options.entries(8).completionEntries(8));
    for (int i = 0; i < 64; i++) {
      Pipe pipe = i % 8 == 0 ? pipe() : null;
      if (pipe != null) {
        tester.submit(sqe -> sqe.read(pipe.read(), memory(1), Sqe.AT_POSITION));
      }
    }
    for (int i = 0; i < 12; i++) {
      tester.submit(Sqe::nop);
    }
    tester.close();
  }
}
