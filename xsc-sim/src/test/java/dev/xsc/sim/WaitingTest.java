// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Timespec;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a wait of the ring's owner ends: completions, time, wake-ups, and not by interrupts. */
@Timeout(60)
class WaitingTest {
  private final Arena arena = Arena.ofShared();
  private RawRing ring;

  @BeforeEach
  void open() throws Exception {
    ring = new RawRing(RingOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    Thread.interrupted();
    ring.close();
    arena.close();
  }

  private void timeout(long userData, long millis) {
    MemorySegment time = Timespec.write(arena.allocate(Timespec.SIZE, 8), millis * 1_000_000);
    ring.next(XscAbi.OP_TIMEOUT, userData).address(time.address()).reference(time);
    ring.publish();
  }

  @Test
  void aPendingInterruptStaysAndNeitherEndsNorSpinsTheWait() {
    timeout(1, 200);
    Thread.currentThread().interrupt();
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    assertEquals(1, ring.kernel.enter(1, 1, Kernel.FOREVER, 0));
    long busy = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    assertTrue(Thread.currentThread().isInterrupted());
    assertEquals("[1=ETIME]", ring.reap().toString());
    assertTrue(busy < 100_000_000, busy + " ns of processor time in a wait of 200 ms");
  }

  @Test
  void anInterruptDuringTheWaitStays() throws InterruptedException {
    timeout(1, 100);
    Thread owner = Thread.currentThread();
    Thread other =
        new Thread(() -> {
          for (int i = 0; i < 50; i++) {
            owner.interrupt();
            Thread.onSpinWait();
          }
        });
    other.start();
    assertEquals(1, ring.kernel.enter(1, 1, Kernel.FOREVER, 0));
    assertTrue(Thread.interrupted());
    assertEquals("[1=ETIME]", ring.reap().toString());
    other.join();
  }

  @Test
  void aWakeUpBeforehandEndsTheNextWaitAndNoOther() {
    ring.kernel.wake();
    ring.kernel.wake();
    assertEquals(-Errno.EINTR, ring.kernel.enter(0, 1, Kernel.FOREVER, 0));
    assertEquals(-Errno.ETIME, ring.kernel.enter(0, 1, 20_000_000, 0));
  }

  @Test
  void aWakeUpEndsTheWaitThatIsUnderWay() throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      Thread other = Thread.ofPlatform().start(ring.kernel::wake);
      assertEquals(-Errno.EINTR, ring.kernel.enter(0, 1, Kernel.FOREVER, 0));
      other.join();
    }
  }

  @Test
  void whatWasSubmittedCountsMoreThanHowTheWaitEnded() {
    timeout(1, 10_000);
    ring.kernel.wake();
    assertEquals(1, ring.kernel.enter(1, 1, Kernel.FOREVER, 0));
  }

  @Test
  void completionsThatAreThereNeedNoWait() {
    ring.next(XscAbi.OP_NOP, 1);
    ring.submit();
    assertEquals(0, ring.kernel.enter(0, 1, Kernel.FOREVER, 0));
    assertEquals(0, ring.kernel.enter(0, 1, 0, 0));
    assertEquals("[1=0]", ring.reap().toString());
    assertEquals(-Errno.ETIME, ring.kernel.enter(0, 1, 0, 0));
  }

  @Test
  void aWakeUpAfterTheEndIsHarmless() throws Exception {
    RawRing other = new RawRing(RingOptions.DEFAULT);
    other.close();
    other.kernel.wake();
  }

  @Test
  void allOfManyAreWaitedFor() {
    for (int round = 0; round < 2000; round++) {
      int batch = 1 + round % 64;
      for (int i = 0; i < batch; i++) {
        ring.next(XscAbi.OP_NOP, i);
      }
      assertEquals(batch, ring.kernel.enter(ring.publish(), batch, Kernel.FOREVER, 0));
      assertEquals(batch, ring.reap().size());
    }
  }
}
