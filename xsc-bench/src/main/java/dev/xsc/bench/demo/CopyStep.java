// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import dev.xsc.Xsc;
import dev.xsc.bench.copy.CopyResult;
import dev.xsc.bench.copy.FileCopier;
import dev.xsc.bench.copy.Progress;
import dev.xsc.bench.copy.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Copies a file, through a ring and by other means. */
public final class CopyStep {
  private final Xsc xsc;
  private final Path source;
  private final Path target;
  private final Shape shape;

  /** A copy to a file that does not exist; each round makes and deletes it. */
  public CopyStep(Xsc xsc, Path source, Path target, Shape shape) {
    this.xsc = xsc;
    this.source = source;
    this.target = target;
    this.shape = shape;
  }

  /** The ring first. */
  public List<Contender> contenders() {
    return List.of(
        new Contender("ring, " + xsc.kernel().id(), this::ring),
        new Contender("FileChannel read + write", this::readAndWrite),
        new Contender("FileChannel.transferTo", this::transfer));
  }

  private Sample ring() throws IOException {
    CopyResult result = FileCopier.copy(xsc, source, target, false, shape, Progress.NONE);
    Files.delete(target);
    return new Sample(result.bytes(), result.effort(), result.nanos());
  }

  private Sample readAndWrite() throws IOException {
    long begun = System.nanoTime();
    long bytes = 0;
    long calls = 0;
    try (FileChannel in = FileChannel.open(source);
        FileChannel out = createTarget()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(shape.block());
      while (in.read(buffer) >= 0) {
        calls++;
        buffer.flip();
        while (buffer.hasRemaining()) {
          bytes += out.write(buffer);
          calls++;
        }
        buffer.clear();
      }
    }
    return done(bytes, calls, begun);
  }

  private Sample transfer() throws IOException {
    long begun = System.nanoTime();
    long bytes = 0;
    long calls = 0;
    try (FileChannel in = FileChannel.open(source);
        FileChannel out = createTarget()) {
      long size = in.size();
      while (bytes < size) {
        bytes += in.transferTo(bytes, size - bytes, out);
        calls++;
      }
    }
    return done(bytes, calls, begun);
  }

  private FileChannel createTarget() throws IOException {
    return FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Each call of a channel on a file is a system call. */
  private Sample done(long bytes, long calls, long begun) throws IOException {
    long nanos = System.nanoTime() - begun;
    Files.delete(target);
    return Sample.ofCalls(bytes, calls, nanos);
  }
}
