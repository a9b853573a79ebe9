// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.Network.Pipe;
import dev.xsc.sim.internal.StreamFile;
import dev.xsc.sim.internal.det.SimPollable;

/** One end of a pipe. */
final class PipeEnd extends SimPollable implements StreamFile {
  /** As Linux's. */
  private static final int CAPACITY = 1 << 16;

  /** {@code PIPE_BUF}: up to here a write is never split. */
  private static final int ATOMIC = 4096;

  private final NetHost host;
  private final ByteQueue bytes;
  private final boolean writes;
  private PipeEnd other;
  private boolean closed;

  @SuppressWarnings("NullAway.Init") // The other end is set before anybody sees this one.
  private PipeEnd(NetHost host, ByteQueue bytes, boolean writes) {
    this.host = host;
    this.bytes = bytes;
    this.writes = writes;
  }

  static Pipe pair(NetHost host) {
    ByteQueue bytes = new ByteQueue();
    PipeEnd source = new PipeEnd(host, bytes, false);
    PipeEnd sink = new PipeEnd(host, bytes, true);
    source.other = sink;
    sink.other = source;
    host.add(source);
    host.add(sink);
    return new Pipe(source, sink);
  }

  @Override
  public int read(Buffers to, long skip) throws ErrnoException {
    requireOpen();
    if (writes) {
      return -Errno.EBADF;
    }
    if (to.total() == skip) {
      return 0;
    }
    int n = bytes.copyTo(to, skip, bytes.size());
    if (n == 0) {
      return other.closed ? 0 : -Errno.EAGAIN;
    }
    bytes.remove(n);
    other.announce(Posix.POLLOUT);
    return n;
  }

  @Override
  public int write(Buffers from, long skip) throws ErrnoException {
    requireOpen();
    if (!writes) {
      return -Errno.EBADF;
    }
    if (from.total() == skip) {
      return 0;
    }
    if (other.closed) {
      throw new ErrnoException(Errno.EPIPE);
    }
    int room = CAPACITY - bytes.size();
    long wanted = from.total() - skip;
    if (room == 0 || (wanted <= ATOMIC && wanted > room)) {
      return -Errno.EAGAIN;
    }
    int n = bytes.add(from, skip, (int) Math.min(wanted, room));
    other.announce(Posix.POLLIN);
    return n;
  }

  private void requireOpen() throws ErrnoException {
    if (closed) {
      throw new ErrnoException(Errno.EIO);
    }
  }

  @Override
  public int poll(int hint, int wanted) {
    int ready;
    if (writes) {
      boolean room = CAPACITY - bytes.size() >= ATOMIC;
      ready = (room || other.closed ? Posix.POLLOUT : 0) | (other.closed ? Posix.POLLERR : 0);
    } else {
      ready = (bytes.size() > 0 ? Posix.POLLIN : 0) | (other.closed ? Posix.POLLHUP : 0);
    }
    return ready & (wanted | Posix.POLLERR | Posix.POLLHUP);
  }

  @Override
  public void stat(FileStat to) {
    to.mode = Posix.S_IFIFO | 0600;
    to.blocks = 0;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      host.remove(this);
      other.announce(SimSocket.ANYTHING);
      announce(SimSocket.ANYTHING);
    }
  }

  void vanish() {
    closed = true;
    announce(SimSocket.ANYTHING);
  }

  @Override
  public String toString() {
    return "pipe of " + host + (writes ? " (writing)" : " (reading)");
  }
}
