// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Feature;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
  void aChainStaysWholeWhenItsOwnerEntersBeforeItIsTaken() {
    RingTester awake = open(options -> options.entries(8).submissionPolling(60_000));
    for (int i = 0; i < 50; i++) {
      assertResult(0, awake.run(Sqe::nop));
      Pipe pipe = pipe();
      MemorySegment buffer = memory(4);
      long first = awake.fill(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION).link());
      long second = awake.fill(Sqe::nop);
      awake.ring().submit();
      // Submitted by the entry that waits for it, which may come before the thread looks.
      long third = awake.fill(Sqe::nop);
      assertResult(0, awake.result(third));
      assertEquals(Set.of(first, second), awake.pending());
      assertResult(4, ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION)));
      assertResult(4, awake.result(first));
      assertResult(0, awake.result(second));
      close(pipe.read());
      close(pipe.write());
    }
  }

  @Test
  void nothingIsEnteredWhileTheThreadIsAwake() throws IOException {
    World.requireReal("the kernel's thread always sleeps, as it cannot run beside another one");
    RingTester awake = open(options -> options.entries(8).submissionPolling(60_000));
    assumeTrue(
        awake.ring().capabilities().has(Feature.SUBMISSION_POLLING),
        "nobody watches the submission queue on this kernel");
    // It starts, and is woken for the first time, when it likes.
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (entriesForABatch(awake) > 0) {
      assertTrue(World.nanoTime() < end, () -> "always entered: " + awake.ring().stats());
    }
    long counted = countedByTheDriver();
    long entries = 0;
    for (int i = 0; i < 100; i++) {
      entries += entriesForABatch(awake);
    }
    assertEquals(0, entries, () -> "entries for 400 submissions: " + awake.ring().stats());
    assertEquals(counted, countedByTheDriver(), "entries that the driver has counted");
  }

  /** Kernel entries that it takes to submit four entries and to see them completed. */
  private long entriesForABatch(RingTester tester) {
    long before = tester.ring().stats().enters();
    for (int i = 0; i < 4; i++) {
      tester.fill(Sqe::nop);
    }
    tester.ring().submit();
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (!tester.pending().isEmpty()) {
      assertTrue(World.nanoTime() < end, () -> "not completed: " + tester.ring());
      tester.poll();
      World.spin();
    }
    assertEquals(4, tester.awaitAll().size());
    return tester.ring().stats().enters() - before;
  }

  /** Entries into all rings of this process as the XSC driver knows them; 0 on other kernels. */
  private long countedByTheDriver() throws IOException {
    if (kernel.kind() != KernelKind.XSC) {
      return 0;
    }
    Path process = Path.of("/proc/self");
    List<Long> counts = new ArrayList<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path link : links) {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).endsWith("xsc")) {
          counts.add(
              entered(Files.readAllLines(process.resolve("fdinfo").resolve(link.getFileName()))));
        }
      }
    }
    assertTrue(counts.size() >= 3, () -> "not all rings of this test found in " + process);
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  private static long entered(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("entered:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .findFirst()
        .orElseThrow();
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
