// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The JDK's own way to read at a position. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FileChannelBenchmark {
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(Sample.BLOCK);
  private FileChannel channel;

  /** Opens the file. */
  @Setup
  public void open() throws IOException {
    channel = FileChannel.open(Sample.file());
  }

  /** Closes the file. */
  @TearDown
  public void close() throws IOException {
    channel.close();
  }

  /** A read of one block that the page cache has, into a direct buffer. */
  @Benchmark
  public int read() throws IOException {
    int result = channel.read(buffer.clear(), 0);
    if (result != Sample.BLOCK) {
      throw new IllegalStateException("result " + result + " instead of " + Sample.BLOCK);
    }
    return result;
  }
}
