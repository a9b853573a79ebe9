// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.RingOpenOption;
import dev.xsc.Xsc;
import dev.xsc.bench.copy.Workers;
import dev.xsc.bench.info.Effort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads blocks at random places from the device itself, through a ring and by other means: work
 * whose time is spent waiting. A round ends after a number of reads or, on a slow device, after a
 * time.
 */
public final class RandomReadStep {
  /** Bytes per read. */
  public static final int BLOCK = 4096;

  /** Reads under way at once on the ring. */
  public static final int DEPTH = 64;

  private static final int READS = 4096;
  private static final Duration PATIENCE = Duration.ofMillis(400);
  private static final long SEED = 42;

  private final Xsc xsc;
  private final Path file;
  private final long blocks;

  /**
   * Reads of a file.
   *
   * @throws FileSystemException if it is too short
   */
  public RandomReadStep(Xsc xsc, Path file) throws IOException {
    this.xsc = xsc;
    this.file = file;
    this.blocks = xsc.status(file).size() / BLOCK;
    if (blocks == 0) {
      throw new FileSystemException(file.toString(), null, "shorter than a block");
    }
    // Not on the disk yet, a block would have to be written before it can be read.
    try (RingFile written = xsc.openFile(file)) {
      written.force(false);
    }
  }

  /** The ring first. */
  public List<Contender> contenders() {
    return List.of(
        new Contender("ring, " + xsc.kernel().id(), this::ring),
        new Contender("FileChannel", this::channel));
  }

  private Sample ring() throws IOException {
    AtomicLong left = new AtomicLong(READS);
    LongAdder done = new LongAdder();
    Effort before = Effort.of(xsc);
    long begun = System.nanoTime();
    try (RingFile opened = xsc.openFile(file, StandardOpenOption.READ, RingOpenOption.DIRECT);
        IoArena arena = xsc.openArena()) {
      Workers.run(
          DEPTH,
          () -> {
            IoBuffer buffer = arena.allocate(BLOCK, BLOCK);
            long mine;
            while ((mine = left.getAndDecrement()) > 0 && !late(begun)) {
              opened.readFully(buffer, position(mine));
              done.increment();
            }
          });
    }
    return new Sample(done.sum() * BLOCK, Effort.of(xsc).since(before), System.nanoTime() - begun);
  }

  private Sample channel() throws IOException {
    long begun = System.nanoTime();
    long done = 0;
    try (FileChannel opened = FileChannel.open(file, StandardOpenOption.READ, direct())) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK);
      while (done < READS && !late(begun)) {
        opened.read(buffer.clear().limit(BLOCK), position(done + 1));
        done++;
      }
    }
    return Sample.ofCalls(done * BLOCK, done, System.nanoTime() - begun);
  }

  /** By reflection: javac warns of the class, and no annotation stops it. */
  private static OpenOption direct() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) options.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException("this Java has no direct I/O", e);
    }
  }

  /** The same places for all, whoever comes there first. */
  private long position(long number) {
    return new SplittableRandom(SEED + number).nextLong(blocks) * BLOCK;
  }

  private static boolean late(long begun) {
    return System.nanoTime() - begun > PATIENCE.toNanos();
  }
}
