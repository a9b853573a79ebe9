// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import dev.xsc.ring.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One system call per operation, through the foreign function interface: what a ring is to beat.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SyscallBenchmark {
  private Arena arena;
  private MemorySegment buffer;
  private int fd;

  /** Opens the file. */
  @Setup
  public void open() throws Throwable {
    arena = Arena.ofConfined();
    buffer = arena.allocate(Sample.BLOCK, Sample.BLOCK);
    MemorySegment path = arena.allocateFrom(Sample.file().toString());
    fd = (int) NativeCalls.OPEN.invokeExact(path, Posix.O_RDONLY, 0);
    if (fd < 0) {
      throw new IOException("open of " + Sample.file() + " failed");
    }
  }

  /** Closes the file. */
  @TearDown
  public void close() throws Throwable {
    int result = (int) NativeCalls.CLOSE.invokeExact(fd);
    arena.close();
    if (result < 0) {
      throw new IOException("close failed");
    }
  }

  /** A system call that does next to nothing. */
  @Benchmark
  public int getppid() throws Throwable {
    return (int) NativeCalls.GETPPID.invokeExact();
  }

  /** The same as a critical downcall. */
  @Benchmark
  public int getppidCritical() throws Throwable {
    return (int) NativeCalls.GETPPID_CRITICAL.invokeExact();
  }

  /** A read of one block that the page cache has. */
  @Benchmark
  public long pread() throws Throwable {
    return check((long) NativeCalls.PREAD.invokeExact(fd, buffer, (long) Sample.BLOCK, 0L));
  }

  /** The same as a critical downcall. */
  @Benchmark
  public long preadCritical() throws Throwable {
    return check(
        (long) NativeCalls.PREAD_CRITICAL.invokeExact(fd, buffer, (long) Sample.BLOCK, 0L));
  }

  private static long check(long result) {
    if (result != Sample.BLOCK) {
      throw new IllegalStateException("result " + result + " instead of " + Sample.BLOCK);
    }
    return result;
  }
}
