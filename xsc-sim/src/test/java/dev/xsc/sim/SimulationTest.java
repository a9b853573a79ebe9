// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.IoBuffer;
import dev.xsc.Xsc;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Hosts, rings, time and power of a simulation. */
class SimulationTest {
  private static final SimulationOptions OPTIONS = SimulationOptions.DEFAULT;

  private static void simulate(SimulationOptions options, Simulation.Body body) throws Exception {
    try (Simulation simulation = Simulation.open(options)) {
      simulation.run(body);
    }
  }

  @Test
  void filesOfAHostHoldWhatThreadsWrite() throws Exception {
    simulate(OPTIONS, Scenario::writers);
  }

  @Test
  void ringTimersTakeVirtualTime() throws Exception {
    simulate(
        OPTIONS,
        simulation -> {
          SimHost host = simulation.host("a");
          try (Xsc xsc = Xsc.open(host.xsc().build())) {
            long start = simulation.nanoTime();
            xsc.sleep(Duration.ofDays(1));
            assertEquals(Duration.ofDays(1).toNanos(), simulation.nanoTime() - start);
          }
        });
  }

  @Test
  void aPowerCutEndsTheThreadsOfItsHostAndNoOthers() throws Exception {
    simulate(
        OPTIONS,
        simulation -> {
          SimHost victim = simulation.host("victim");
          SimHost other = simulation.host("other");
          List<String> ran = new ArrayList<>();
          CompletableFuture<Boolean> cut =
              victim.start(
                  "worker",
                  () -> {
                    try {
                      Thread.startVirtualThread(() -> {
                        simulation.sleep(Duration.ofSeconds(2));
                        ran.add("child");
                      });
                      simulation.sleep(Duration.ofSeconds(2));
                      ran.add("victim");
                    } finally {
                      ran.add("finally");
                    }
                    return true;
                  });
          CompletableFuture<Boolean> lives =
              other.start(
                  "worker",
                  () -> {
                    simulation.sleep(Duration.ofSeconds(2));
                    return ran.add("other");
                  });
          simulation.sleep(Duration.ofSeconds(1));
          victim.powerCut();
          assertInstanceOf(
              SimHost.PowerCut.class,
              assertThrows(CompletionException.class, cut::join).getCause());
          lives.join();
          simulation.sleep(Duration.ofSeconds(5));
          assertEquals(List.of("other"), ran);
          assertEquals(1, victim.powerCuts());
        });
  }

  @Test
  void aThreadThatCutsItsOwnHostDoesNotGoOn() throws Exception {
    simulate(
        OPTIONS,
        simulation -> {
          SimHost host = simulation.host("a");
          List<String> ran = new ArrayList<>();
          CompletableFuture<Boolean> self =
              host.start(
                  "self",
                  () -> {
                    host.powerCut();
                    return ran.add("after");
                  });
          assertThrows(CompletionException.class, self::join);
          simulation.sleep(Duration.ofSeconds(1));
          assertEquals(List.of(), ran);
        });
  }

  @Test
  void whatWasSyncedSurvivesAPowerCutAndWhatWasNotIsLostWithoutFaults() throws Exception {
    simulate(
        OPTIONS,
        simulation -> {
          SimHost host = simulation.host("a");
          CompletableFuture<Boolean> written = new CompletableFuture<>();
          CompletableFuture<Boolean> work =
              host.start(
                  "work",
                  () -> {
                    Scenario.withFile(
                        host,
                        "/file",
                        (xsc, arena, file) -> {
                          IoBuffer buffer = arena.allocate(Long.BYTES).putLong(0, 42);
                          file.writeFully(buffer, 0);
                          file.force(true);
                          try (var root = xsc.openFile(java.nio.file.Path.of("/"))) {
                            root.force(true);
                          }
                          buffer.putLong(0, 43);
                          file.writeFully(buffer, 0);
                          written.complete(true);
                          new CompletableFuture<Boolean>().join();
                        });
                    return true;
                  });
          written.join();
          host.powerCut();
          assertTrue(work.isCompletedExceptionally());
          host.run(_ ->
              Scenario.withFile(
                  host,
                  "/file",
                  (_, arena, file) -> {
                    IoBuffer buffer = arena.allocate(Long.BYTES);
                    file.readFully(buffer, 0);
                    assertEquals(42, buffer.getLong(0));
                  }));
        });
  }

  @Test
  void writingToMemoryThatTheKernelReadsFromIsFound() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                simulate(
                    OPTIONS,
                    simulation -> misuse(simulation, memory -> memory.fill((byte) 9), false)));
    assertTrue(error.getMessage().contains("PWRITE"), error.getMessage());
    assertTrue(error.getMessage().contains("offset 0"), error.getMessage());
    assertTrue(
        java.util.Arrays.toString(error.getCause().getStackTrace()).contains("SimulationTest"),
        "no trace of the submission");
  }

  @Test
  void writingToMemoryThatTheKernelWritesToIsFound() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                simulate(
                    OPTIONS,
                    simulation ->
                        misuse(
                            simulation,
                            memory -> memory.set(ValueLayout.JAVA_BYTE, 63, (byte) 1),
                            true)));
    assertTrue(error.getMessage().contains("offset 63"), error.getMessage());
  }

  @Test
  void memoryThatAShortReadLeavesAloneKeepsItsContent() throws Exception {
    simulate(
        OPTIONS,
        simulation -> {
          MemorySegment memory = misuse(simulation, _ -> {}, true);
          assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, 63));
        });
  }

  private interface Misuse {
    void apply(MemorySegment memory);
  }

  /** Has a read or a write of 64 bytes of an empty file in flight while something else happens. */
  private static MemorySegment misuse(Simulation simulation, Misuse misuse, boolean read)
      throws IOException {
    try (Ring ring = Ring.open(simulation.host("a").ring().build())) {
      Arena arena = Arena.ofAuto();
      MemorySegment memory = arena.allocate(64).fill((byte) 7);
      MemorySegment path = arena.allocateFrom("/file");
      int fd = result(ring, ring.next().openat(-100, path, 0102, 0644));
      Sqe sqe = ring.next();
      if (read) {
        sqe.read(fd, memory, 0).async();
      } else {
        sqe.write(fd, memory, 0).async();
      }
      ring.submit();
      misuse.apply(memory);
      ring.submitAndWait(1);
      ring.reap((_, _, _) -> {});
      return memory;
    }
  }

  private static int result(Ring ring, Sqe sqe) {
    sqe.userData(1);
    int[] result = {0};
    ring.submitAndWait(1);
    ring.reap((_, res, _) -> result[0] = res);
    assertTrue(result[0] >= 0, "result " + result[0]);
    return result[0];
  }

  @Test
  void theReducedModeRunsRingsOnTheCallersThreadWithoutOthers() throws Exception {
    try (Simulation simulation = Simulation.open(OPTIONS.singleThreaded())) {
      simulation.run(inside -> misuse(inside, _ -> {}, true));
      SimHost host = simulation.host("b");
      assertTrue(simulation.nanoTime() > 0);
      assertThrows(UnsupportedOperationException.class, () -> host.start("thread", () -> true));
      var failure =
          assertThrows(UnsupportedOperationException.class, () -> Xsc.open(host.xsc().build()));
      assertTrue(failure.getMessage().contains("one thread only"), failure.getMessage());
      simulation.run(_ -> {
        try (Ring ring = Ring.open(host.ring().build())) {
          AssertionError error = assertThrows(AssertionError.class, () -> ring.submitAndWait(1));
          assertTrue(error.getMessage().contains("deadlock"), error.getMessage());
        }
      });
    }
  }

  @Test
  void operationsThatAreStuckEndOnceFaultsStop() throws Exception {
    SimulationOptions stuck =
        OPTIONS
            .faults(FaultPlan.NONE.with(Fault.RING_STUCK, 1))
            .live(Duration.ofSeconds(1), Duration.ofSeconds(1));
    simulate(stuck, Scenario::writers);
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                simulate(
                    stuck.live(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                    simulation -> {
                      Scenario.writers(simulation);
                      simulation.sleep(Duration.ofSeconds(10));
                    }));
    assertTrue(error.getMessage().contains("not everything has ended"), error.getMessage());
  }

  @Test
  void anOperationThatIsStuckCanBeCancelled() throws Exception {
    simulate(
        OPTIONS.faults(FaultPlan.NONE.with(Fault.RING_STUCK, 1)),
        simulation -> {
          try (Ring ring = Ring.open(simulation.host("a").ring().build())) {
            ring.next().nop().userData(1);
            ring.submitAndWait(0, 0);
            assertEquals(0, ring.ready());
            ring.next().cancel(1).userData(2);
            List<Long> order = new ArrayList<>();
            ring.submitAndWait(2);
            ring.reap((userData, _, _) -> order.add(userData));
            assertEquals(2, order.size());
            assertFalse(order.contains(0L));
          }
        });
  }

  @Test
  void aTraceShowsOperationsAndOpensInTraceViewers() throws Exception {
    try (Simulation simulation = Simulation.open(OPTIONS.traced())) {
      simulation.run(Scenario::writers);
      Trace trace = simulation.trace();
      assertTrue(trace.text().contains("a/ring-0 > PWRITE"), trace::text);
      String json = trace.chromeJson();
      assertEquals(
          json.split("\"ph\":\"b\"", -1).length,
          json.split("\"ph\":\"e\"", -1).length,
          "as many spans begin as end");
    }
    try (Simulation simulation = Simulation.open(OPTIONS)) {
      assertThrows(IllegalStateException.class, simulation::trace);
    }
  }
}
