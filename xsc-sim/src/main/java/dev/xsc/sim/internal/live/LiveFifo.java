// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.StreamFile;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/**
 * A FIFO in the file system: blocks whoever uses it, so workers do. Any thread.
 *
 * <p>A worker is got out of it by an interrupt, which closes the channel that it is in; so a second
 * channel keeps this end of the FIFO open, and the first is opened again when it is next used.
 */
final class LiveFifo implements StreamFile {
  private final Path path;
  private final Set<OpenOption> options;
  private final FileChannel keeper;
  private FileChannel channel;
  private boolean closed;

  LiveFifo(Path path, Set<OpenOption> options) throws IOException {
    this.path = path.toAbsolutePath();
    this.options = Set.copyOf(options);
    keeper = FileChannel.open(path, options);
    try {
      channel = FileChannel.open(path, options);
    } catch (IOException e) {
      keeper.close();
      throw e;
    }
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public int read(Buffers to, long skip) throws IOException {
    return transfer(false, to, skip);
  }

  @Override
  public int write(Buffers from, long skip) throws IOException {
    return transfer(true, from, skip);
  }

  private int transfer(boolean write, Buffers buffers, long skip) throws IOException {
    while (true) {
      FileChannel current = channel();
      try {
        var views = ByteBuffers.of(buffers, skip);
        return (int) Math.max(0, write ? current.write(views) : current.read(views));
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (ClosedChannelException e) {
        // Another worker was interrupted in the same channel.
        if (isClosed()) {
          throw e;
        }
      }
    }
  }

  private synchronized FileChannel channel() throws IOException {
    if (!channel.isOpen() && !closed) {
      channel = FileChannel.open(path, options);
    }
    return channel;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void stat(FileStat to) throws IOException {
    Attributes.read(path, true, to);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try {
      channel.close();
    } finally {
      keeper.close();
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
