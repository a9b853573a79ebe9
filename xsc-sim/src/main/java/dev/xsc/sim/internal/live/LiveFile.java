// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.DiskFile;
import dev.xsc.sim.internal.FileStat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A regular file or a device. Any thread; the operating system orders concurrent transfers.
 *
 * <p>Two channels where NIO has none that does both: it cannot read through one that appends.
 */
final class LiveFile implements DiskFile {
  private final Path path;
  private final @Nullable FileChannel reader;
  private final @Nullable FileChannel writer;
  private final boolean slow;

  /** What it was when opened: the file may lose its name, but not this. */
  private final FileStat atOpen;

  /**
   * An open file.
   *
   * @param slow whether every call may take long, as with devices and without a page cache
   */
  LiveFile(
      Path path,
      @Nullable FileChannel reader,
      @Nullable FileChannel writer,
      FileStat atOpen,
      boolean slow) {
    this.path = path.toAbsolutePath();
    this.reader = reader;
    this.writer = writer;
    this.atOpen = atOpen;
    this.slow = slow;
  }

  @Override
  public boolean slow() {
    return slow;
  }

  @Override
  public int read(MemorySegment to, long offset) throws IOException {
    return Math.max(0, any(reader).read(to.asByteBuffer(), offset));
  }

  @Override
  public int write(MemorySegment from, long offset) throws IOException {
    return any(writer).write(from.asByteBuffer(), offset);
  }

  @Override
  public int append(MemorySegment from) throws IOException {
    // The channel was opened to append, so the offset is the system's.
    return any(writer).write(from.asByteBuffer());
  }

  @Override
  public long size() throws IOException {
    return any(writer == null ? reader : writer).size();
  }

  @Override
  public long room() throws IOException {
    Path place = Files.exists(path) ? path : path.getRoot();
    return Files.getFileStore(place).getUnallocatedSpace();
  }

  @Override
  public void truncate(long size) throws IOException {
    FileChannel channel = any(writer);
    if (size <= channel.size()) {
      channel.truncate(size);
      return;
    }
    // NIO cannot extend a file; the zero bytes that reading a hole yields are what a last zero
    // leaves before it.
    channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
  }

  @Override
  public void force(boolean metadata) throws IOException {
    any(writer == null ? reader : writer).force(metadata);
  }

  @Override
  public void stat(FileStat to) throws IOException {
    try {
      Attributes.read(path, true, to);
      if (to.inode == atOpen.inode && to.device == atOpen.device) {
        return;
      }
    } catch (NoSuchFileException _) {
      // Removed or renamed since: what follows says what is known without a name.
    }
    to.mode = atOpen.mode;
    to.links = 0;
    to.uid = atOpen.uid;
    to.gid = atOpen.gid;
    to.inode = atOpen.inode;
    to.device = atOpen.device;
    to.special = atOpen.special;
    to.accessed = atOpen.accessed;
    to.changed = atOpen.changed;
    to.modified = atOpen.modified;
    to.size = (atOpen.mode & Posix.S_IFMT) == Posix.S_IFREG ? size() : atOpen.size;
  }

  @Override
  public void close() throws IOException {
    try {
      if (reader != null) {
        reader.close();
      }
    } finally {
      if (writer != null) {
        writer.close();
      }
    }
  }

  private static FileChannel any(@Nullable FileChannel channel) {
    if (channel == null) {
      throw new IllegalStateException(
          "used against its access mode, which the engine checks before");
    }
    return channel;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
