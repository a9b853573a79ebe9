// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Memory in flight: whose misuse is told how, and that correct use changes nothing. */
class CustodyTest {
  private static final SimulationOptions OPTIONS = SimulationOptions.DEFAULT.singleThreaded();
  private static final int SIZE = 1 << 12;

  /** Opens an empty file. */
  private static int open(Ring ring, Arena arena) {
    int[] fd = new int[1];
    ring.next()
        .openat(Posix.AT_FDCWD, arena.allocateFrom("/file"), Posix.O_RDWR | Posix.O_CREAT, 0600);
    ring.submitAndWait(1);
    ring.reap((_, result, _) -> fd[0] = result);
    assertTrue(fd[0] >= 0, () -> "open: " + fd[0]);
    return fd[0];
  }

  private static void misuse(Simulation simulation) throws IOException {
    try (Arena arena = Arena.ofShared();
        Ring ring = Ring.open(simulation.host("a").ring().build())) {
      int fd = open(ring, arena);
      MemorySegment memory = arena.allocate(64);
      ring.next().write(fd, memory, 0).async();
      ring.submit();
      memory.fill((byte) 9);
      ring.submitAndWait(1);
    }
  }

  @Test
  void aSearchTellsWhereTheMemoryWasSubmittedAlthoughItsRunsDoNotKeepThat() {
    SimulationFailure failure =
        assertThrows(
            SimulationFailure.class,
            () -> Search.of(CustodyTest::misuse).options(OPTIONS).seeds(0, 3).run());
    Throwable misuse = failure.getCause();
    assertNotNull(misuse);
    Throwable origin = misuse.getCause();
    assertNotNull(origin, misuse::toString);
    assertTrue(
        Arrays.stream(origin.getStackTrace())
            .anyMatch(frame -> frame.getMethodName().equals("misuse")),
        "no trace of the submission");
  }

  @Test
  void withoutOriginsTheOperationIsStillNamed() throws Exception {
    try (Simulation simulation = Simulation.open(OPTIONS.withoutOrigins())) {
      AssertionError error =
          assertThrows(AssertionError.class, () -> simulation.run(CustodyTest::misuse));
      assertTrue(error.getMessage().contains("PWRITE"), error.getMessage());
      assertTrue(error.getMessage().contains("keeps origins"), error.getMessage());
      assertNull(error.getCause());
    }
  }

  /** Transfers of all kinds of pieces of one memory, of which nobody is to notice the watch. */
  @Property(tries = 100)
  void whatNobodyMisusesKeepsItsContent(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    try (Simulation simulation = Simulation.open(OPTIONS.seed(seed).withoutOrigins());
        Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(SIZE);
      byte[] content = new byte[SIZE];
      random.nextBytes(content);
      MemorySegment.copy(MemorySegment.ofArray(content), 0, memory, 0, SIZE);
      simulation.run(_ -> {
        try (Ring ring = Ring.open(simulation.host("a").ring().build())) {
          int fd = open(ring, arena);
          for (int round = 0; round < 5; round++) {
            transfers(ring, fd, memory, random);
          }
        }
      });
      assertEquals(-1, memory.mismatch(MemorySegment.ofArray(content)));
    }
  }

  /** Reads behind the end of the file, which leave memory alone, and writes far away. */
  private static void transfers(Ring ring, int fd, MemorySegment memory, Random random) {
    int left = 40;
    for (int i = 0; i < left; i++) {
      int from = random.nextInt(SIZE);
      MemorySegment part = memory.asSlice(from, random.nextInt(Math.min(300, SIZE - from) + 1));
      if (random.nextBoolean()) {
        ring.next().read(fd, part, 1L << 30).async();
      } else {
        ring.next().write(fd, part, random.nextInt(SIZE)).async();
      }
    }
    while (left > 0) {
      ring.submitAndWait(1);
      left -= ring.reap((_, result, _) -> assertTrue(result >= 0, () -> "result " + result));
    }
  }
}
