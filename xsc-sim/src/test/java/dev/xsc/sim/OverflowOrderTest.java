// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Completions that find the queue full keep their order and are all delivered, once. */
@Timeout(60)
class OverflowOrderTest {
  private static RawRing open() throws KernelException {
    return new RawRing(RingOptions.builder().entries(4).completionEntries(4).build());
  }

  private static void submitNops(RawRing ring, int from, int to) {
    for (int i = from; i < to; i++) {
      ring.next(XscAbi.OP_NOP, i);
      ring.submit();
    }
  }

  private static void awaitOverflow(RawRing ring) {
    while ((ring.flags() & XscAbi.SQ_CQ_OVERFLOW) == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theBacklogComesInOrderAsRoomIsMade() throws KernelException {
    try (RawRing ring = open()) {
      submitNops(ring, 0, 100);
      awaitOverflow(ring);
      List<Long> order = new ArrayList<>();
      while (order.size() < 100) {
        ring.reap().forEach(cqe -> order.add(cqe.userData()));
        ring.kernel.enter(0, 0, 0, 0);
      }
      assertEquals(LongStream.range(0, 100).boxed().toList(), order);
      assertEquals(0, ring.flags() & XscAbi.SQ_CQ_OVERFLOW);
      assertEquals(0, Words.getOpaque(ring.memory.cq().overflow()));
    }
  }

  @Test
  void whatCompletesLaterQueuesBehindTheBacklogAlthoughThereIsRoom() throws KernelException {
    try (RawRing ring = open()) {
      submitNops(ring, 0, 6);
      awaitOverflow(ring);
      assertEquals(4, ring.reap().size());
      // There is room for four now, and the kernel has not been asked to use it for the two that it
      // keeps.
      ring.next(XscAbi.OP_NOP, 6);
      ring.submit();
      List<Long> order = new ArrayList<>();
      while (order.size() < 3) {
        ring.kernel.enter(0, 1, 10_000_000, 0);
        ring.reap().forEach(cqe -> order.add(cqe.userData()));
      }
      assertEquals(List.of(4L, 5L, 6L), order);
    }
  }

  @Test
  void aHeadThatMakesNoSenseLosesNothingOfTheKernels() throws KernelException {
    try (RawRing ring = open()) {
      int head = Words.getPlain(ring.memory.cq().head());
      Words.setRelease(ring.memory.cq().head(), head + 1000);
      submitNops(ring, 0, 6);
      awaitOverflow(ring);
      assertEquals(4, Words.getAcquire(ring.memory.cq().tail()));
      Words.setRelease(ring.memory.cq().head(), head);
      assertNotEquals(0, ring.flags() & XscAbi.SQ_CQ_OVERFLOW);
      List<RawRing.Cqe> all = new ArrayList<>(ring.reap());
      all.addAll(ring.await(2));
      assertEquals("[0=0, 1=0, 2=0, 3=0, 4=0, 5=0]", all.toString());
    }
  }

  @Test
  void submissionsAreRefusedWhileTooMuchIsKeptAndTakenAgainAfterwards() throws KernelException {
    try (RawRing ring =
        new RawRing(RingOptions.builder().entries(1024).completionEntries(1024).build())) {
      int total = 0;
      while (true) {
        for (int i = 0; i < 1024; i++) {
          ring.next(XscAbi.OP_NOP, total + i);
        }
        int taken = ring.kernel.enter(ring.publish(), 0, 0, 0);
        total += 1024;
        if (taken < 0) {
          assertEquals(-Errno.EBUSY, taken);
          break;
        }
      }
      long expected = 0;
      boolean handedOver = false;
      while (expected < total) {
        for (RawRing.Cqe cqe : ring.reap()) {
          assertEquals(expected++, cqe.userData());
        }
        int taken = ring.kernel.enter(handedOver ? 0 : 1024, 0, 0, 0);
        handedOver |= taken == 1024;
      }
    }
  }
}
