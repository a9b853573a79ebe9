// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.conformance.KernelUnderTest;
import dev.xsc.conformance.World;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Many rings in many threads, and processes started beside them. */
class ManyRingsTest extends RingTest {
  private static final int THREADS = 8;
  private static final int RINGS_PER_THREAD = 8;
  private static final int ROUNDS = 20;

  /** Every ring of a thread has an operation in flight while the others work. */
  private static int work(Path file, int thread) {
    KernelUnderTest kernel = KernelUnderTest.get();
    List<RingTester> rings = new ArrayList<>();
    int transferred = 0;
    try (Arena arena = Arena.ofShared()) {
      for (int i = 0; i < RINGS_PER_THREAD; i++) {
        rings.add(RingTester.open(kernel.options().entries(16).build()));
      }
      MemorySegment path = arena.allocateFrom(file.toString());
      int fd = rings.getFirst().run(sqe -> sqe.openat(Posix.AT_FDCWD, path, Posix.O_RDWR, 0));
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < RINGS_PER_THREAD; i++) {
          MemorySegment word = arena.allocateFrom(ValueLayout.JAVA_INT, thread);
          long offset = 4L * (thread * RINGS_PER_THREAD + i);
          rings.get(i).fill(sqe -> sqe.write(fd, word, offset).link());
          rings.get(i).fill(sqe -> sqe.read(fd, word, offset));
          rings.get(i).ring().submit();
        }
        for (RingTester ring : rings) {
          for (Cqe cqe : ring.awaitAll()) {
            transferred += cqe.result();
          }
        }
      }
      rings.getFirst().run(sqe -> sqe.close(fd));
      rings.forEach(RingTester::close);
    }
    return transferred;
  }

  @Test
  void sixtyFourRingsInEightThreadsDoNotDisturbEachOther()
      throws InterruptedException, ExecutionException, TimeoutException {
    Path file = write("shared", new byte[0]);
    try (var pool = Executors.newFixedThreadPool(THREADS, World.thread().factory())) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        Callable<Integer> work = () -> work(file, thread);
        all.add(pool.submit(work));
      }
      for (Future<Integer> one : all) {
        int bytes = one.get(3 * kernel.patience().toSeconds(), TimeUnit.SECONDS);
        assertEquals(ROUNDS * RINGS_PER_THREAD * 2 * 4, bytes);
      }
    }
    MemorySegment content = MemorySegment.ofArray(contentOf("shared"));
    for (int i = 0; i < THREADS * RINGS_PER_THREAD; i++) {
      assertEquals(i / RINGS_PER_THREAD, content.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * i));
    }
  }

  @Test
  void processesStartedBesideABusyRingDisturbNothing() throws Exception {
    World.requireReal("processes of this machine know nothing of it");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path program = java.getFileSystem().getPath("/bin/true");
    Pipe pipe = pipe();
    int fd = file("file", bytes("hello"));
    MemorySegment buffer = memory(4);
    long parked = ring.submit(sqe -> sqe.read(pipe.read(), buffer, Sqe.AT_POSITION));
    try (var pool = Executors.newSingleThreadExecutor()) {
      Future<Integer> started =
          pool.submit(() -> {
            int exits = 0;
            for (int i = 0; i < 30; i++) {
              Process process =
                  new ProcessBuilder(
                          program.toFile().canExecute()
                              ? new String[] {program.toString()}
                              : new String[] {java.toString(), "-version"})
                      .redirectErrorStream(true)
                      .start();
              process.getInputStream().readAllBytes();
              exits += process.waitFor();
            }
            return exits;
          });
      int rounds = 0;
      while (!started.isDone() || rounds < 100) {
        assertEquals(5, ring.run(sqe -> sqe.read(fd, memory(5), 0)));
        rounds++;
      }
      assertEquals(0, started.get());
    }
    assertEquals(4, ring.run(sqe -> sqe.write(pipe.write(), memory("data"), Sqe.AT_POSITION)));
    assertEquals(4, ring.result(parked));
    assertEquals("data", text(buffer, 4));
  }

  @Test
  void aProcessDoesNotKeepWhatTheRingOpened() throws Exception {
    // Descriptors opened with O_CLOEXEC, and the ring's own, end with exec: the pipe's end is seen.
    Pipe pipe = pipe();
    Path sleep = Path.of("/bin/sleep");
    if (!sleep.toFile().canExecute()) {
      return;
    }
    Process child = new ProcessBuilder(sleep.toString(), "60").start();
    try {
      long read = ring.submit(sqe -> sqe.read(pipe.read(), memory(4), Sqe.AT_POSITION));
      close(pipe.write());
      assertEquals(0, ring.result(read));
    } finally {
      child.destroyForcibly().waitFor();
    }
  }
}
