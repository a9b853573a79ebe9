// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Timespec;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A kernel thread that watches the queue, sleeps when it is idle, and is woken by the doorbell. */
@Timeout(60)
class PollingTest {
  private static RawRing open(int idleMillis) throws KernelException {
    return new RawRing(RingOptions.builder().entries(16).submissionPolling(idleMillis).build());
  }

  private static void awaitSleep(RawRing ring) {
    while ((ring.flags() & XscAbi.SQ_NEED_WAKEUP) == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void entriesAreTakenWithoutEntering() throws KernelException {
    try (RawRing ring = open(10_000)) {
      assertTrue(ring.kernel.polls());
      int reaped = 0;
      for (int i = 0; i < 100; i++) {
        ring.next(XscAbi.OP_NOP, i);
        ring.publish();
        while (Words.getAcquire(ring.memory.cq().tail()) != i + 1) {
          Thread.onSpinWait();
        }
        reaped += ring.reap().size();
      }
      assertEquals(100, reaped);
    }
  }

  @Test
  void anIdleKernelAsksForTheDoorbellAndHearsIt() throws KernelException {
    try (RawRing ring = open(1)) {
      boolean slept = false;
      // Now and then a selector returns by itself, but not each time.
      for (int i = 0; i < 20 && !slept; i++) {
        awaitSleep(ring);
        int before = Words.getAcquire(ring.memory.cq().tail());
        ring.next(XscAbi.OP_NOP, 1);
        ring.publish();
        LockSupport.parkNanos(20_000_000);
        slept = Words.getAcquire(ring.memory.cq().tail()) == before;
        ring.kernel.enter(1, 1, Kernel.FOREVER, Kernel.ENTER_WAKEUP);
        assertEquals("[1=0]", ring.reap().toString());
      }
      assertTrue(slept, "it takes entries though nobody has woken it");
      awaitSleep(ring);
    }
  }

  @Test
  void noEntryIsMissedBetweenWakingAndSleeping() throws KernelException {
    try (RawRing ring = open(1)) {
      for (int i = 0; i < 2000; i++) {
        // Around the moment at which it falls asleep.
        LockSupport.parkNanos(900_000 + i % 20 * 20_000);
        ring.next(XscAbi.OP_NOP, i);
        ring.publish();
        // Pairs with the kernel's barrier between setting the flag and its last look at the tail.
        VarHandle.fullFence();
        int flags = (ring.flags() & XscAbi.SQ_NEED_WAKEUP) != 0 ? Kernel.ENTER_WAKEUP : 0;
        ring.kernel.enter(1, 1, Kernel.FOREVER, flags);
        assertEquals("[" + i + "=0]", ring.reap().toString());
      }
    }
  }

  @Test
  void aTimerRunsOutWhileItSleeps() throws KernelException {
    try (RawRing ring = open(1);
        Arena arena = Arena.ofShared()) {
      MemorySegment time = Timespec.write(arena.allocate(16, 8), 50_000_000);
      ring.next(XscAbi.OP_TIMEOUT, 1).address(time.address()).reference(time);
      ring.publish();
      ring.kernel.enter(1, 0, 0, Kernel.ENTER_WAKEUP);
      assertEquals("[1=ETIME]", ring.await(1).toString());
    }
  }
}
