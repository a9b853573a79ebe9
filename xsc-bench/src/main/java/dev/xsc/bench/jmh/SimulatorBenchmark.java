// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.Xsc;
import dev.xsc.ring.CompletionHandler;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.Simulation;
import dev.xsc.sim.SimulationOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Simulated operations without faults, on one thread of the machine; each measurement opens and
 * closes worlds of its own, each with some thousands of operations.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SimulatorBenchmark {
  private static final int OPERATIONS = 1 << 14;
  private static final int BATCH = 32;
  private static final int BLOCK = 512;
  private static final String FILE = "/file";

  /** Whether memory in flight is poisoned and checked. */
  @Param({"true", "false"})
  public boolean checked;

  /** Whether the world has threads of its own, or only the caller's. */
  @Param({"true", "false"})
  public boolean threads;

  /** Nops in batches through a ring. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void nop() throws Exception {
    inWorld(host -> {
      try (Ring ring = Ring.open(host.ring().build())) {
        for (int done = 0; done < OPERATIONS; done += BATCH) {
          for (int i = 0; i < BATCH; i++) {
            ring.next().nop();
          }
          finish(ring, 0);
        }
      }
    });
  }

  /** Reads of half a kilobyte in batches through a ring. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void read() throws Exception {
    inWorld(host -> {
      try (Arena arena = Arena.ofShared();
          Ring ring = Ring.open(host.ring().build())) {
        MemorySegment buffers = arena.allocate((long) BATCH * BLOCK, BLOCK);
        int fd = makeFile(ring, arena);
        for (int done = 0; done < OPERATIONS; done += BATCH) {
          for (int i = 0; i < BATCH; i++) {
            ring.next().read(fd, buffers.asSlice((long) i * BLOCK, BLOCK), 0);
          }
          finish(ring, BLOCK);
        }
      }
    });
  }

  /** Reads of half a kilobyte by virtual threads that block, through an event loop. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void blockingRead() throws Exception {
    inWorld(host -> {
      try (Xsc xsc = Xsc.open(host.xsc().build());
          IoArena arena = xsc.openArena();
          RingFile file =
              xsc.openFile(
                  Path.of(FILE),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE)) {
        file.writeFully(arena.allocate(BLOCK), 0);
        List<CompletableFuture<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          readers.add(host.start("reader-" + i, reader(file, arena.allocate(BLOCK))));
        }
        int bytes = 0;
        for (CompletableFuture<Integer> reader : readers) {
          bytes += reader.join();
        }
        require(bytes, OPERATIONS * BLOCK);
      }
    });
  }

  private static Callable<Integer> reader(RingFile file, IoBuffer buffer) {
    return () -> {
      int bytes = 0;
      for (int i = 0; i < OPERATIONS / BATCH; i++) {
        bytes += file.read(buffer, 0);
      }
      return bytes;
    };
  }

  /** What runs on a host. */
  @FunctionalInterface
  private interface Work {
    void run(SimHost host) throws Exception;
  }

  private void inWorld(Work work) throws Exception {
    // As in a search.
    SimulationOptions options = SimulationOptions.DEFAULT.withoutOrigins();
    options = checked ? options : options.unchecked();
    options = threads ? options : options.singleThreaded();
    try (Simulation simulation = Simulation.open(options)) {
      simulation.run(_ -> work.run(simulation.host("a")));
    }
  }

  private static int makeFile(Ring ring, Arena arena) throws IOException {
    int[] results = new int[1];
    CompletionHandler keep = (_, result, _) -> results[0] = result;
    ring.next()
        .openat(Posix.AT_FDCWD, arena.allocateFrom(FILE), Posix.O_RDWR | Posix.O_CREAT, 0600);
    awaitOne(ring, keep);
    int fd = results[0];
    if (fd < 0) {
      throw new IOException(FILE + ": " + Errno.name(fd));
    }
    ring.next().write(fd, arena.allocate(BLOCK), 0);
    awaitOne(ring, keep);
    require(results[0], BLOCK);
    return fd;
  }

  private static void awaitOne(Ring ring, CompletionHandler handler) {
    do {
      ring.submitAndWait(1);
    } while (ring.reap(handler) == 0);
  }

  private static void finish(Ring ring, int expected) {
    int left = BATCH;
    do {
      ring.submitAndWait(left);
      left -= ring.reap((_, result, _) -> require(result, expected));
    } while (left > 0);
  }

  private static void require(int result, int expected) {
    if (result != expected) {
      throw new IllegalStateException("result " + result + " instead of " + expected);
    }
  }
}
