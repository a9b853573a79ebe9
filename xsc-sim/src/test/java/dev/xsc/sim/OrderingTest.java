// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Timespec;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How links, drains and time-outs act upon each other. */
@Timeout(60)
class OrderingTest {
  private final Arena arena = Arena.ofShared();
  private RawRing ring;

  @BeforeEach
  void open() throws Exception {
    ring = new RawRing(RingOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    ring.close();
    arena.close();
  }

  private RawRing.Entry timer(int opcode, long userData, long millis) {
    MemorySegment time = Timespec.write(arena.allocate(Timespec.SIZE, 8), millis * 1_000_000);
    return ring.next(opcode, userData).address(time.address()).reference(time);
  }

  private RawRing.Entry timeout(long userData, long millis) {
    return timer(XscAbi.OP_TIMEOUT, userData, millis);
  }

  private RawRing.Entry nop(long userData) {
    return ring.next(XscAbi.OP_NOP, userData);
  }

  private String submitAndAwait(int count) {
    ring.submit();
    return ring.await(count).toString();
  }

  @Test
  void aDrainInAChainHoldsTheWholeChainBack() {
    timeout(1, 30);
    nop(2).flags(XscAbi.SQE_LINK);
    nop(3).flags(XscAbi.SQE_LINK | XscAbi.SQE_DRAIN);
    nop(4);
    nop(5);
    assertEquals("[1=ETIME, 2=0, 3=0, 4=0, 5=0]", submitAndAwait(5));
  }

  @Test
  void nothingStartsBeforeADrainedEntryHasEnded() {
    timeout(1, 30).flags(XscAbi.SQE_DRAIN);
    nop(2);
    timeout(3, 30).flags(XscAbi.SQE_DRAIN);
    nop(4);
    assertEquals("[1=ETIME, 2=0, 3=ETIME, 4=0]", submitAndAwait(4));
  }

  @Test
  void aDrainedChainThatBreaksLetsTheNextStart() {
    timeout(1, 10);
    ring.next(XscAbi.OP_CLOSE, 2).fd(-1).flags(XscAbi.SQE_DRAIN | XscAbi.SQE_LINK);
    nop(3).flags(XscAbi.SQE_LINK);
    nop(4);
    nop(5);
    assertEquals("[1=ETIME, 2=EBADF, 3=ECANCELED, 4=ECANCELED, 5=0]", submitAndAwait(5));
  }

  @Test
  void aSubmittedCancelWaitsForTheDrainBeforeIt() {
    timeout(1, 50);
    nop(2).flags(XscAbi.SQE_DRAIN);
    ring.next(XscAbi.OP_CANCEL, 3).address(1);
    assertEquals("[1=ETIME, 2=0, 3=ENOENT]", submitAndAwait(3));
  }

  @Test
  void cancellingEverythingFromOutsideDoesNotWaitForDrains() {
    timeout(1, 1_000_000);
    nop(2).flags(XscAbi.SQE_DRAIN | XscAbi.SQE_LINK);
    nop(3);
    timeout(4, 1_000_000);
    ring.submit();
    ring.kernel.cancelAll();
    List<RawRing.Cqe> all = ring.await(4);
    assertEquals(
        4,
        all.stream().filter(cqe -> cqe.toString().endsWith("=ECANCELED")).count(),
        all::toString);
  }

  @Test
  void aLongChainRunsInOrder() {
    int length = 200;
    for (int i = 0; i < length; i++) {
      nop(i).flags(i < length - 1 ? XscAbi.SQE_LINK : 0);
    }
    ring.submit();
    List<RawRing.Cqe> all = ring.await(length);
    for (int i = 0; i < length; i++) {
      assertEquals(i, all.get(i).userData());
    }
  }

  @Test
  void aLinkedTimeOutBoundsOnlyTheEntryBeforeIt() {
    timeout(1, 10).flags(XscAbi.SQE_HARDLINK);
    timer(XscAbi.OP_LINK_TIMEOUT, 2, 200).flags(XscAbi.SQE_HARDLINK);
    timeout(3, 400).flags(XscAbi.SQE_HARDLINK);
    timer(XscAbi.OP_LINK_TIMEOUT, 4, 10);
    assertEquals("[1=ETIME, 2=ECANCELED, 4=ETIME, 3=ECANCELED]", submitAndAwait(4));
  }

  @Test
  void whoeverCancelsIsToldFirst() {
    timeout(1, 10_000);
    ring.next(XscAbi.OP_CANCEL, 2).address(1);
    assertEquals("[2=0, 1=ECANCELED]", submitAndAwait(2));
  }

  @Test
  void timersOfOneDeadlineEndInTheOrderInWhichTheyWereSet() {
    long deadline = System.nanoTime() + 20_000_000;
    for (int i = 0; i < 20; i++) {
      MemorySegment time = Timespec.write(arena.allocate(Timespec.SIZE, 8), deadline);
      ring.next(XscAbi.OP_TIMEOUT, i)
          .address(time.address())
          .reference(time)
          .opFlags(XscAbi.TIMEOUT_ABS);
    }
    ring.submit();
    List<RawRing.Cqe> all = ring.await(20);
    for (int i = 0; i < 20; i++) {
      assertEquals(i, all.get(i).userData());
    }
  }
}
