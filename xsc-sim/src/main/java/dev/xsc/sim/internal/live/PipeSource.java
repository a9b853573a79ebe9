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

/** The reading end of a pipe. Any thread. */
final class PipeSource extends LivePollable implements StreamFile {
  private final Pipe.SourceChannel channel;
  private final LookAhead ahead = new LookAhead();

  PipeSource(Pipe.SourceChannel channel) {
    this.channel = channel;
  }

  @Override
  SelectableChannel channel() {
    return channel;
  }

  @Override
  int operations(int events) {
    return (events & Posix.POLLIN) != 0 ? SelectionKey.OP_READ : 0;
  }

  /** Whether nobody can read any more. */
  boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public synchronized int read(Buffers to, long skip) throws IOException {
    return ahead.read(this, channel, to, skip, false);
  }

  @Override
  public int write(Buffers from, long skip) {
    return -Errno.EBADF;
  }

  @Override
  public synchronized int poll(int hint, int wanted) throws IOException {
    if (hint == 0 && !ahead.holds()) {
      return 0;
    }
    return switch (ahead.look(this, channel)) {
      case LookAhead.DATA -> wanted & Posix.POLLIN;
      case LookAhead.END -> Posix.POLLHUP;
      default -> 0;
    };
  }

  @Override
  public void stat(FileStat to) {
    to.mode = Posix.S_IFIFO | 0600;
  }

  @Override
  public String toString() {
    return "pipe (reading)";
  }
}
