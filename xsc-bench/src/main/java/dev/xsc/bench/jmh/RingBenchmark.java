// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import dev.xsc.ring.CompletionHandler;
import dev.xsc.ring.Errno;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The ring loop as {@code ringbench.c} has it: fill a batch, submit and wait for all of it, reap
 * and check.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingBenchmark {
  /** A multiple of every batch. */
  private static final int OPERATIONS = 1024;

  /** Which kernel. */
  @Param("io_uring")
  public String kernel;

  /** Entries per entry into the kernel, a power of two. */
  @Param({"1", "8", "32", "128"})
  public int batch;

  private final Completions completions = new Completions();
  private Arena arena;
  private Ring ring;
  private MemorySegment buffer;
  private int fd;

  /** Opens the ring on the measuring thread, and the file through it. */
  @Setup
  public void open() throws IOException {
    if (batch < 1 || OPERATIONS % batch != 0) {
      throw new IllegalArgumentException("batch " + batch + ": must divide " + OPERATIONS);
    }
    arena = Arena.ofConfined();
    ring = Ring.open(RingOptions.builder().kernel(KernelKind.of(kernel)).build());
    buffer = arena.allocate(Sample.BLOCK, Sample.BLOCK);
    fd = openFile(Sample.file().toString());
  }

  private int openFile(String path) throws IOException {
    int[] result = new int[1];
    ring.next().openat(Posix.AT_FDCWD, arena.allocateFrom(path), Posix.O_RDONLY, 0);
    while (ring.reap((_, res, _) -> result[0] = res) == 0) {
      ring.submitAndWait(1);
    }
    if (result[0] < 0) {
      throw new IOException(path + ": " + Errno.name(result[0]));
    }
    return result[0];
  }

  /** Closes the ring. */
  @TearDown
  public void close() {
    ring.next().close(fd);
    ring.submitAndWait(1);
    ring.close();
    arena.close();
  }

  /** The operation that does nothing: what the ring itself costs. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void nop() {
    completions.expect(0);
    for (int done = 0; done < OPERATIONS; done += batch) {
      for (int i = 0; i < batch; i++) {
        ring.next().nop().userData(i);
      }
      finish();
    }
    completions.check(OPERATIONS / batch, batch);
  }

  /** Reads of one block that the page cache has. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void read() {
    completions.expect(Sample.BLOCK);
    for (int done = 0; done < OPERATIONS; done += batch) {
      for (int i = 0; i < batch; i++) {
        ring.next().read(fd, buffer, 0).userData(i);
      }
      finish();
    }
    completions.check(OPERATIONS / batch, batch);
  }

  private void finish() {
    int left = batch;
    do {
      ring.submitAndWait(left);
      left -= ring.reap(completions);
    } while (left > 0);
  }

  /** Checks each result, and that every entry has come back. */
  private static final class Completions implements CompletionHandler {
    private int expected;
    private long sum;

    void expect(int result) {
      expected = result;
      sum = 0;
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
      if (result != expected) {
        throw new IllegalStateException("result " + result + " instead of " + expected);
      }
      sum += userData;
    }

    void check(int batches, int batch) {
      long all = (long) batches * batch * (batch - 1) / 2;
      if (sum != all) {
        throw new IllegalStateException("user data " + sum + " in all, instead of " + all);
      }
    }
  }
}
