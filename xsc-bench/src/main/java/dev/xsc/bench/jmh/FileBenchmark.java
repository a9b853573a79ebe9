// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.ring.KernelKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * Many reads under way at once, of blocks that the page cache has: through one event loop, and as
 * the JDK offers it. Time per read, from the first to the last of a round.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FileBenchmark {
  /** Reads of one round, a multiple of every depth. */
  private static final int OPERATIONS = 4096;

  /** Blocks that are read in turn. */
  private static final int BLOCKS = 4096;

  /** Which kernel. */
  @Param("io_uring")
  public String kernel;

  /** Reads under way at once. */
  @Param({"1", "32", "256"})
  public int depth;

  private Xsc xsc;
  private IoArena arena;
  private RingFile ringFile;
  private FileChannel channel;
  private AsynchronousFileChannel asyncChannel;
  private IoBuffer[] ioBuffers;
  private ByteBuffer[] byteBuffers;
  private int blocks;

  /** Opens the file in all three ways. */
  @Setup
  public void open() throws IOException {
    if (depth < 1 || OPERATIONS % depth != 0) {
      throw new IllegalArgumentException("depth " + depth + ": must divide " + OPERATIONS);
    }
    xsc =
        Xsc.open(
            XscOptions.builder()
                .kernel(KernelKind.of(kernel))
                .eventLoops(1)
                .callbacksOnEventLoop()
                .checked(false)
                .build());
    arena = xsc.openArena();
    ringFile = xsc.openFile(Sample.file());
    channel = FileChannel.open(Sample.file());
    asyncChannel = AsynchronousFileChannel.open(Sample.file());
    ioBuffers = new IoBuffer[depth];
    byteBuffers = new ByteBuffer[depth];
    for (int i = 0; i < depth; i++) {
      ioBuffers[i] = arena.allocate(Sample.BLOCK, Sample.BLOCK);
      byteBuffers[i] = ByteBuffer.allocateDirect(Sample.BLOCK);
    }
    blocks = Sample.warmBlocks(channel, BLOCKS);
  }

  /** Closes everything. */
  @TearDown
  public void close() throws IOException {
    ringFile.close();
    xsc.close();
    arena.close();
    channel.close();
    asyncChannel.close();
  }

  /** A virtual thread per read under way, each blocking in {@link RingFile#read}. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void ringBlocking() throws InterruptedException {
    BlockingReaders.run(
        depth,
        OPERATIONS / depth,
        (reader, read) -> ringFile.read(ioBuffers[reader], position(reader, read)));
  }

  /** A virtual thread per read under way, each blocking in {@link FileChannel#read}. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void fileChannel() throws InterruptedException {
    BlockingReaders.run(
        depth,
        OPERATIONS / depth,
        (reader, read) -> channel.read(byteBuffers[reader].clear(), position(reader, read)));
  }

  /** The completion of one read starts the next, on the event loop. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void ringCallbacks() throws InterruptedException {
    Round round = new Round(OPERATIONS);
    for (int i = 0; i < depth; i++) {
      new RingChain(round, i).next();
    }
    round.await();
  }

  /** The completion of one read starts the next, in the channel's thread pool. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void asyncChannel() throws InterruptedException {
    Round round = new Round(OPERATIONS);
    for (int i = 0; i < depth; i++) {
      new ChannelChain(round, i).next();
    }
    round.await();
  }

  private long position(int reader, int read) {
    return (long) ((read * depth + reader) % blocks) * Sample.BLOCK;
  }

  private final class RingChain extends Chain {
    private final int reader;

    RingChain(Round round, int reader) {
      super(round, OPERATIONS / depth);
      this.reader = reader;
    }

    @Override
    void start(int read) {
      var _ =
          ringFile.readAsync(ioBuffers[reader], position(reader, read)).whenComplete(this::ended);
    }
  }

  private final class ChannelChain extends Chain
      implements CompletionHandler<Integer, @Nullable Void> {
    private final int reader;

    ChannelChain(Round round, int reader) {
      super(round, OPERATIONS / depth);
      this.reader = reader;
    }

    @Override
    void start(int read) {
      asyncChannel.read(byteBuffers[reader].clear(), position(reader, read), null, this);
    }

    @Override
    public void completed(Integer result, @Nullable Void attachment) {
      ended(result, null);
    }

    @Override
    public void failed(Throwable failure, @Nullable Void attachment) {
      ended(null, failure);
    }
  }
}
