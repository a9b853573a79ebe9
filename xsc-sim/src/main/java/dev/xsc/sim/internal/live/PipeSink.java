// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.StreamFile;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/** The writing end of a pipe. Any thread. */
final class PipeSink extends LivePollable implements StreamFile {
  private final Pipe.SinkChannel channel;
  private final PipeSource source;

  PipeSink(Pipe.SinkChannel channel, PipeSource source) {
    this.channel = channel;
    this.source = source;
  }

  @Override
  SelectableChannel channel() {
    return channel;
  }

  @Override
  int operations(int events) {
    return (events & Posix.POLLOUT) != 0 ? SelectionKey.OP_WRITE : 0;
  }

  @Override
  public int read(Buffers to, long skip) {
    return -Errno.EBADF;
  }

  @Override
  public int write(Buffers from, long skip) throws IOException {
    long n = channel.write(ByteBuffers.of(from, skip));
    return n == 0 && from.total() > skip ? -Errno.EAGAIN : (int) n;
  }

  @Override
  public int poll(int hint, int wanted) {
    return hint == 0 ? 0 : (wanted & Posix.POLLOUT) | (source.isClosed() ? Posix.POLLERR : 0);
  }

  @Override
  public void stat(FileStat to) {
    to.mode = Posix.S_IFIFO | 0600;
  }

  @Override
  public String toString() {
    return "pipe (writing)";
  }
}
