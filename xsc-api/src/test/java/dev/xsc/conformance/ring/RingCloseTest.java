// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.Machine;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Timespec;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Closing a ring, idle or not. */
class RingCloseTest extends RingTest {
  @Test
  void aClosedRingRefusesEverything() {
    Ring raw = openRaw();
    raw.close();
    assertRefused(() -> raw.next());
    assertRefused(() -> raw.submit());
    assertRefused(() -> raw.submitAndWait(1));
    assertRefused(() -> raw.reap((_, _, _) -> {}));
    assertRefused(() -> raw.ready());
    assertRefused(() -> raw.registerFiles(1));
    assertTrue(raw.toString().contains("closed"), raw::toString);
  }

  private static void assertRefused(Executable call) {
    var e = assertThrows(IllegalStateException.class, call);
    assertTrue(e.getMessage().contains("closed"), e.getMessage());
  }

  @Test
  void closingTwiceIsAllowed() {
    Ring raw = openRaw();
    raw.close();
    raw.close();
  }

  @Test
  void whatIsInFlightEndsOnceAndIsHandedOver() {
    requireCancelAny();
    RingTester other = open(options -> options);
    Sockets sockets = new Sockets(this);
    Sockets.Pair pair = sockets.tcpPair();
    int listener = sockets.tcpListener();
    Pipe pipe = pipe();
    MemorySegment hour = Timespec.write(memory(16), TimeUnit.HOURS.toNanos(1));
    other.submit(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION));
    other.submit(sqe -> sqe.recv(pair.server(), memory(8), 0));
    other.submit(sqe -> sqe.accept(listener, 0));
    other.submit(sqe -> sqe.acceptMultishot(listener, 0));
    other.submit(sqe -> sqe.pollAdd(pair.client(), Posix.POLLIN));
    other.submit(sqe -> sqe.timeout(hour, false));
    List<Cqe> ended = other.closeRing();
    assertEquals(6, ended.size());
    for (Cqe cqe : ended) {
      assertResult(-Errno.ECANCELED, cqe.result());
    }
  }

  @Test
  void chainsAndDrainedEntriesEndToo() {
    requireCancelAny();
    RingTester other = open(options -> options);
    Pipe pipe = pipe();
    other.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION).link());
    other.fill(sqe -> sqe.nop().link());
    other.fill(Sqe::nop);
    other.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION).hardlink());
    other.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION));
    other.fill(sqe -> sqe.nop().drain());
    other.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION));
    other.ring().submit();
    assertEquals(7, other.closeRing().size());
  }

  @Test
  void completionsThatNobodyReapedAreHandedOver() {
    RingTester other = open(options -> options);
    for (int i = 0; i < 10; i++) {
      other.fill(Sqe::nop);
    }
    other.ring().submit();
    awaitReady(other.ring(), 10);
    assertEquals(10, other.closeRing().size());
  }

  @Test
  void memoryIsUntouchedAfterwards() {
    requireCancelAny();
    Sockets.Pair pair = new Sockets(this).tcpPair();
    Pipe pipe = pipe();
    MemorySegment buffers = memory(64).fill((byte) '.');
    RingTester other = open(options -> options);
    other.submit(sqe -> sqe.recv(pair.server(), buffers.asSlice(0, 16), 0));
    other.submit(sqe -> sqe.read(pipe.read(), buffers.asSlice(16, 16), AT_POSITION));
    other.submit(sqe -> sqe.recv(pair.client(), buffers.asSlice(32, 16), 0).async());
    other.poll();
    other.close();
    assertResult(4, ring.run(sqe -> sqe.send(pair.client(), memory("late"), 0)));
    assertResult(4, ring.run(sqe -> sqe.send(pair.server(), memory("late"), 0)));
    assertResult(4, ring.run(sqe -> sqe.write(pipe.write(), memory("late"), AT_POSITION)));
    assertEquals(".".repeat(64), text(buffers, 64));
    // And nothing that came is lost.
    assertResult(4, ring.run(sqe -> sqe.recv(pair.server(), memory(8), 0)));
    assertResult(4, ring.run(sqe -> sqe.recv(pair.client(), memory(8), 0)));
    assertResult(4, ring.run(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)));
  }

  @Test
  void descriptorsOutliveTheRingThatOpenedThem() {
    RingTester other = open(options -> options);
    MemorySegment path = path(write("file", bytes("hello")));
    int fd = descriptor(other.run(sqe -> sqe.openat(Posix.AT_FDCWD, path, 0, 0)));
    other.close();
    assertResult(5, ring.run(sqe -> sqe.read(fd, memory(5), 0)));
  }

  @Test
  void closingIsRefusedWithoutAWayToEndWhatIsInFlight() {
    if (ring.ring().capabilities().has(Feature.CANCEL_ANY)) {
      ring.run(Sqe::cancelAny);
      return;
    }
    Ring raw = openRaw();
    Pipe pipe = pipe();
    raw.next().read(pipe.read(), memory(8), AT_POSITION).userData(1);
    raw.submit();
    var e = assertThrows(IllegalStateException.class, raw::close);
    assertTrue(e.getMessage().contains("cancel"), e.getMessage());
    raw.next().cancel(1).userData(2);
    awaitReady(raw, 2);
    raw.close();
  }

  @Test
  void ringsAreOpenedAndClosedManyTimes() {
    Machine.requireLinuxFile(Path.of("/proc/self/fd"));
    openAndCloseRings(20);
    int before = Machine.openDescriptors();
    openAndCloseRings(200);
    int after = Machine.openDescriptors();
    // Not exactly: the virtual machine opens some by itself.
    assertTrue(after - before < 20, () -> before + " descriptors open, later " + after);
  }

  private void openAndCloseRings(int count) {
    Pipe pipe = pipe();
    for (int i = 0; i < count; i++) {
      try (RingTester other = RingTester.open(kernel.options().entries(8).build())) {
        other.submit(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION));
        assertResult(0, other.run(Sqe::nop));
      }
    }
  }

  private void requireCancelAny() {
    Assumptions.assumeTrue(
        ring.ring().capabilities().has(Feature.CANCEL_ANY),
        "this profile has no cancel-any, so such a ring cannot be closed");
  }
}
