// SPDX-License-Identifier: Apache-2.0
package dev.xsc.olddriver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Availability;
import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.KernelPolicy;
import dev.xsc.ring.Kernels;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Sqe;
import dev.xsc.spi.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ring on one of the first XSC drivers. No part of the conformance suite, which asks for what
 * they do not have: {@code kernel-driver/tools/guest-old-driver} runs it, where such a driver is
 * played.
 */
class OldDriverChecks {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

  @TempDir Path folder;
  private final Arena arena = Arena.ofShared();
  private final List<Integer> descriptors = new ArrayList<>();
  private Ring ring;

  @BeforeEach
  void open() throws KernelException {
    ring = Ring.open(options().entries(256).wakeups().build());
  }

  @AfterEach
  void giveBack() {
    ring.close();
    descriptors.forEach(ring.calls()::close);
    arena.close();
  }

  private static RingOptions.Builder options() {
    return RingOptions.builder().kernel(KernelKind.XSC);
  }

  private MemorySegment memory(String text) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.UTF_8));
  }

  private int openat(Path file) {
    MemorySegment path = arena.allocateFrom(file.toString());
    int fd = ring.calls().openat(Posix.AT_FDCWD, path, Posix.O_RDWR | Posix.O_CREAT, 0600);
    assertTrue(fd >= 0, () -> Errno.name(fd));
    descriptors.add(fd);
    return fd;
  }

  /** Reading and writing end of a pipe. */
  private int[] pipe() {
    MemorySegment fds = arena.allocate(ValueLayout.JAVA_INT, 2);
    assertEquals(0, ring.calls().pipe(fds, Posix.O_CLOEXEC));
    int[] ends = fds.toArray(ValueLayout.JAVA_INT);
    descriptors.addAll(List.of(ends[0], ends[1]));
    return ends;
  }

  /** Results of the next completions, in their order. */
  private List<Integer> await(int count) {
    List<Integer> results = new ArrayList<>();
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (results.size() < count) {
      assertTrue(System.nanoTime() < end, () -> "only " + results + ", " + ring);
      ring.submitAndWait(1, TimeUnit.SECONDS.toNanos(1));
      ring.reap((_, result, _) -> results.add(result));
    }
    assertEquals(count, results.size());
    return results;
  }

  @Test
  void itsRingIsNoLargerThanIsReallyMapped() {
    assertEquals(64, ring.room());
  }

  @Test
  void itSaysWhatItLacks() {
    Capabilities can = ring.capabilities();
    assertTrue(can.description().contains("one of the first"), can::toString);
    assertTrue(can.has(Op.READ) && can.has(Op.WRITE) && can.has(Op.FSYNC), can::toString);
    assertFalse(can.has(Op.CANCEL) || can.has(Op.RECV) || can.has(Op.OPENAT), can::toString);
    assertFalse(can.has(Feature.NO_DROP) || can.has(Feature.FIXED_FILES), can::toString);
    assertThrows(UnsupportedOperationException.class, () -> ring.registerFiles(0));
  }

  @Test
  void aFileIsWrittenAndReadBack() throws Exception {
    Path path = folder.resolve("file");
    int fd = openat(path);
    ring.next().write(fd, memory("0123456789"), Sqe.AT_POSITION);
    ring.next().write(fd, memory("abc"), 4);
    ring.next().fsync(fd);
    assertEquals(List.of(10, 3, 0), await(3));
    assertEquals("0123abc789", Files.readString(path));
    MemorySegment buffer = arena.allocate(6);
    ring.next().read(fd, buffer, 2);
    assertEquals(List.of(6), await(1));
    assertArrayEquals(
        "23abc7".getBytes(StandardCharsets.UTF_8), buffer.toArray(ValueLayout.JAVA_BYTE));
    ring.next().read(-1, buffer, 0);
    assertEquals(List.of(-Errno.EBADF), await(1));
  }

  @Test
  void aReadWaitsForWhatComesLater() {
    int[] pipe = pipe();
    ring.next().read(pipe[0], arena.allocate(8), Sqe.AT_POSITION);
    ring.submit();
    assertEquals(0, ring.submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(50)));
    assertEquals(5, ring.calls().write(pipe[1], memory("later")));
    assertEquals(List.of(5), await(1));
  }

  @Test
  void aWaitEndsWhenTheRingIsWoken() throws Exception {
    int[] pipe = pipe();
    ring.next().read(pipe[0], arena.allocate(1), Sqe.AT_POSITION);
    for (int i = 0; i < 10; i++) {
      Thread waker = Thread.ofPlatform().start(ring::wakeup);
      // Without a limit: a wake-up that is not heard makes this test hang.
      assertEquals(0, ring.submitAndWait(1));
      waker.join();
    }
    // And the last one does not end the next wait, too.
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
              ring.calls().write(pipe[1], memory("x"));
            });
    assertEquals(1, ring.submitAndWait(1));
    writer.join();
    assertEquals(List.of(1), await(1));
  }

  @Test
  void noMoreIsSubmittedThanCompletionsFit() throws Exception {
    try (Ring small = Ring.open(options().entries(8).completionEntries(16).build())) {
      int fd = openat(Files.writeString(folder.resolve("file"), "0123456789"));
      MemorySegment buffer = arena.allocate(1);
      List<Long> seen = new ArrayList<>();
      long submitted = 0;
      for (int round = 0; round < 20; round++) {
        for (Sqe sqe = small.nextOrNull(); sqe != null; sqe = small.nextOrNull()) {
          sqe.read(fd, buffer, 3).userData(submitted++);
          if (small.room() == 0) {
            small.submit();
          }
        }
        assertEquals(16, small.inFlight());
        assertNull(small.nextOrNull());
        assertThrows(IllegalStateException.class, small::next);
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (small.inFlight() > 0) {
          assertTrue(System.nanoTime() < end, small::toString);
          small.submitAndWait(1, TimeUnit.SECONDS.toNanos(1));
          small.reap((data, result, _) -> seen.add(result == 1 ? data : -1));
        }
      }
      assertEquals(320, submitted);
      assertEquals(LongStream.range(0, 320).boxed().toList(), seen);
    }
  }

  @Test
  void whatItWouldIgnoreIsRefused() {
    int[] pipe = pipe();
    MemorySegment buffer = arena.allocate(1);
    for (var flag :
        List.<UnaryOperator<Sqe>>of(
            Sqe::link, Sqe::hardlink, Sqe::drain, Sqe::async, Sqe::fixedFile)) {
      Sqe sqe = ring.next().read(pipe[0], buffer, Sqe.AT_POSITION);
      assertThrows(UnsupportedOperationException.class, () -> flag.apply(sqe));
    }
    assertEquals(0, ring.submit());
    assertEquals(0, ring.inFlight());
  }

  @Test
  void closingWithSomethingInFlightIsRefused() {
    int[] pipe = pipe();
    ring.next().read(pipe[0], arena.allocate(1), Sqe.AT_POSITION);
    ring.submit();
    var e = assertThrows(IllegalStateException.class, ring::close);
    assertTrue(e.getMessage().contains("reap them before closing"), e::getMessage);
    assertEquals(1, ring.calls().write(pipe[1], memory("x")));
    assertEquals(List.of(1), await(1));
  }

  @Test
  void anotherKernelIsPreferredUnlessThisOneIsNamedAlone() throws Exception {
    Availability availability = Kernels.availability().get(KernelKind.XSC);
    assertFalse(availability.available());
    assertTrue(availability.toString().contains("one of the first"), availability::toString);
    var either = KernelPolicy.prefer(KernelKind.XSC, KernelKind.SIMULATOR);
    try (Ring other = Ring.open(options().kernel(either).build())) {
      assertEquals(KernelKind.SIMULATOR, other.kernel());
    }
  }
}
