// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.FileStatus;
import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.Xsc;
import dev.xsc.bench.info.Effort;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Copies one regular file, as it was when the copy began: blocks are read and written in any order,
 * many at a time. Holes of a sparse file stay holes. For platform threads, as rings are.
 *
 * <p>On failure the target is as it was before.
 */
public final class FileCopier {
  private static final int BLOCK_UNIT = 512;

  private final Xsc xsc;
  private final Path from;
  private final Path to;
  private final Shape shape;
  private final Progress progress;
  private long holes;
  private Effort ofBlocks = Effort.NONE;

  private FileCopier(Xsc xsc, Path from, Path to, Shape shape, Progress progress) {
    this.xsc = xsc;
    this.from = from;
    this.to = to;
    this.shape = shape;
    this.progress = progress;
  }

  /**
   * Copies.
   *
   * @param replace whether a file that exists may be replaced
   */
  public static CopyResult copy(
      Xsc xsc, Path from, Path to, boolean replace, Shape shape, Progress progress)
      throws IOException {
    return new FileCopier(xsc, from, to, shape, progress).run(replace);
  }

  private CopyResult run(boolean replace) throws IOException {
    long begun = System.nanoTime();
    Effort before = Effort.of(xsc);
    if (!xsc.status(from).isRegularFile()) {
      throw new FileSystemException(from.toString(), null, "not a regular file");
    }
    try (RingFile source = xsc.openFile(from);
        Target target = openTarget(replace)) {
      target.permissionsOf(from);
      FileStatus status = source.status();
      long bytes = status.size();
      long left = 0;
      if (bytes == 0) {
        bytes = copyStream(source, target.file());
      } else {
        copyBlocks(source, target.file(), status);
        left = Math.max(0, source.size() - bytes);
      }
      target.commit();
      Effort effort = Effort.of(xsc).since(before).plus(ofBlocks);
      return new CopyResult(bytes, holes, effort, System.nanoTime() - begun, left);
    }
  }

  private Target openTarget(boolean replace) throws IOException {
    if (!Files.exists(to)) {
      return Target.create(xsc, to);
    }
    if (Files.isSameFile(from, to)) {
      throw new FileSystemException(to.toString(), null, "is the same file as " + from);
    }
    if (!Files.isRegularFile(to)) {
      throw new FileSystemException(to.toString(), null, "not a regular file");
    }
    if (!replace) {
      throw new FileSystemException(to.toString(), null, "exists already; --force replaces it");
    }
    return Target.replace(xsc, to);
  }

  private void copyBlocks(RingFile source, RingFile target, FileStatus status) throws IOException {
    long size = status.size();
    boolean sparse = mayBeSparse(status);
    if (sparse) {
      // There may be a hole at the end, which no write would cover.
      target.truncate(size);
    }
    RingOptions options =
        RingOptions.builder().kernel(xsc.kernel()).entries(shape.entries()).build();
    try (Ring ring = Ring.open(options)) {
      BlockCopier copier =
          new BlockCopier(
              ring, from, source.descriptor(), to, target.descriptor(), size, sparse, shape);
      copier.run(progress);
      holes = copier.holes();
      ofBlocks = copier.effort();
    } catch (EOFException e) {
      FileSystemException failure =
          new FileSystemException(
              from.toString(),
              null,
              "shrank from " + size + " to " + source.size() + " bytes while it was copied");
      failure.initCause(e);
      throw failure;
    }
  }

  /** Also if nobody knows of blocks: then the number is negative. */
  private static boolean mayBeSparse(FileStatus status) {
    return status.blocks() * BLOCK_UNIT < status.size();
  }

  /** A file of no size may still have content: those of procfs do. */
  private long copyStream(RingFile source, RingFile target) throws IOException {
    try (IoArena arena = xsc.openArena()) {
      IoBuffer buffer = arena.allocate(shape.block(), 4096);
      long position = 0;
      int read;
      while ((read = source.read(buffer, position)) >= 0) {
        target.writeFully(buffer.slice(0, read), position);
        position += read;
      }
      return position;
    }
  }
}
