// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.mutation;

import dev.xsc.CancelOutcome;
import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.RingFuture;
import dev.xsc.Xsc;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A bit of everything that the library does, beside each other on one small ring: what comes back
 * must be right, and everything must come to an end. Errors that faults make are put up with.
 */
final class Workload {
  private static final int WRITERS = 3;
  private static final int RECORDS = 4;
  private static final int RECORD = 700;
  private static final int NOPS = 40;

  private final Simulation simulation;
  private final SimHost host;
  private final Xsc xsc;
  private final List<CompletableFuture<Boolean>> parts = new ArrayList<>();

  private Workload(Simulation simulation, SimHost host, Xsc xsc) {
    this.simulation = simulation;
    this.host = host;
    this.xsc = xsc;
  }

  /** A part of the workload. */
  @FunctionalInterface
  interface Part {
    void run() throws IOException;
  }

  static void run(Simulation simulation) throws Exception {
    SimHost host = simulation.host("a");
    host.run(_ -> rawRing(host));
    host.run(_ -> {
      try (Xsc xsc =
          Xsc.open(
              host.xsc()
                  .ring(host.ring().entries(8).completionEntries(16).build())
                  .maxOperations(16)
                  .build())) {
        Workload workload = new Workload(simulation, host, xsc);
        Sockets sockets = new Sockets(simulation, host, xsc);
        for (int i = 0; i < WRITERS; i++) {
          int writer = i;
          workload.start("writer", () -> workload.write(writer));
        }
        workload.start("canceller", workload::cancelTimers);
        workload.start("timers", workload::timers);
        workload.start("echo", sockets::echo);
        workload.start("pending", sockets::readThatNeverEnds);
        workload.start("sender-1", () -> sockets.sendFile(1));
        workload.start("sender-2", () -> sockets.sendFile(2));
        workload.start("receiver", sockets::receive);
        for (CompletableFuture<Boolean> part : workload.parts) {
          part.join();
        }
      }
    });
    simulation.settle(Duration.ofSeconds(10));
  }

  private void start(String name, Part part) {
    parts.add(
        host.start(
            name,
            () -> {
              part.run();
              return true;
            }));
  }

  static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  /** Tries again what a fault has made fail; false if it keeps failing. */
  static boolean again(Part part) {
    for (int i = 0; i < 20; i++) {
      try {
        part.run();
        return true;
      } catch (IOException e) {
        check(
            !String.valueOf(e.getMessage()).contains("EINTR"),
            "the library goes on after EINTR: " + e);
      }
    }
    return false;
  }

  static byte[] pattern(int length, int seed) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (31 * i + 7 * seed + (i >> 8));
    }
    return bytes;
  }

  // ---- files

  private void write(int writer) throws IOException {
    try (IoArena arena = xsc.openArena()) {
      IoBuffer buffer = arena.allocate(RECORD);
      List<RingFile> opened = new ArrayList<>();
      Path path = Path.of("/file-" + writer);
      if (!again(
          () ->
              opened.add(
                  xsc.openFile(
                      path,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.READ,
                      StandardOpenOption.WRITE)))) {
        return;
      }
      try (RingFile file = opened.getFirst()) {
        boolean[] there = new boolean[RECORDS];
        for (int i = 0; i < RECORDS; i++) {
          long position = (long) i * RECORD;
          buffer.putBytes(0, pattern(RECORD, writer + i));
          there[i] = again(() -> file.writeFully(buffer, position));
        }
        for (int i = 0; i < RECORDS; i++) {
          long position = (long) i * RECORD;
          if (there[i] && again(() -> file.readFully(buffer, position))) {
            check(
                Arrays.equals(pattern(RECORD, writer + i), buffer.getBytes(0, RECORD)),
                "record " + i + " of " + path + " is not what was written");
          }
        }
      }
    }
  }

  // ---- time

  private void cancelTimers() throws IOException {
    for (int i = 0; i < 6; i++) {
      RingFuture<Void> timer = xsc.timer(Duration.ofHours(1));
      simulation.sleep(Duration.ofNanos(simulation.choose(1_000_000)));
      CancelOutcome outcome = timer.cancelOperation().join();
      check(
          outcome == (timer.isCancelled() ? CancelOutcome.CANCELLED : CancelOutcome.COMPLETED),
          "the outcome of a cancel is " + outcome + ", the future is " + timer);
      check(timer.isCompletedExceptionally(), "an hour has not passed");
    }
  }

  private void timers() {
    long start = simulation.nanoTime();
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    for (int i = 6; i > 0; i--) {
      long nanos = i * 3_000_000L;
      all.add(
          xsc.timer(Duration.ofNanos(nanos))
              .handle((_, failure) -> failure != null || simulation.nanoTime() - start >= nanos));
    }
    for (CompletableFuture<Boolean> right : all) {
      check(right.join(), "a timer has ended early");
    }
  }

  // ---- a ring without an event loop

  private static void rawRing(SimHost host) throws IOException {
    try (Ring ring = Ring.open(host.ring().entries(4).completionEntries(4).build())) {
      int[] seen = new int[NOPS];
      int filled = 0;
      int ended = 0;
      while (ended < NOPS) {
        for (int burst = 0; burst < 7 && filled < NOPS; burst++) {
          Sqe entry = ring.nextOrNull();
          if (entry != null) {
            entry.nop().userData(filled++);
          }
        }
        ring.submitAndWait(1);
        ended += ring.reap((userData, _, _) -> seen[(int) userData]++);
      }
      for (int i = 0; i < NOPS; i++) {
        check(seen[i] == 1, "entry " + i + " has completed " + seen[i] + " times");
      }
    }
  }
}
