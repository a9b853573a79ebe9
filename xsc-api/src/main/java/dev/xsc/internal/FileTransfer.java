// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a part of a file to a socket: reads a piece, sends all of it, reads the next. One operation
 * that goes on by itself on the socket's event loop, so that no thread is woken in between. The
 * result is the number of bytes sent, fewer than asked for only at the end of the file.
 */
public final class FileTransfer extends Operation<Long> {
  private final Handle file;
  private final Handle socket;
  private final long sendNanos;
  private long position;
  private long left;
  private long sent;

  // Loop thread only: what of the buffer is still to be sent.
  private @Nullable MemorySegment buffer;
  private int from;
  private int to;
  private boolean guest;

  /**
   * A transfer.
   *
   * @param count bytes
   * @param sendNanos bounds the sending of each piece, 0 for no bound
   */
  public FileTransfer(Handle file, Handle socket, long position, long count, long sendNanos) {
    super(socket.loop(), Op.SEND, socket);
    if (count < 0) {
      throw new IllegalArgumentException("count " + count + ": must be 0 or more");
    }
    this.file = file;
    this.socket = socket;
    this.position = position;
    this.left = count;
    this.sendNanos = sendNanos;
  }

  @Override
  void begin() throws ClosedChannelException {
    if (!file.enterAsGuest(this)) {
      throw new ClosedChannelException();
    }
    guest = true;
  }

  @Override
  void fill(Sqe sqe) {
    if (left == 0) {
      sqe.nop();
      return;
    }
    MemorySegment memory = buffer;
    if (memory == null) {
      memory = loop.transferBuffers().take(left);
      buffer = memory;
    }
    if (isReading()) {
      long size = Math.min(left, memory.byteSize());
      sqe.read(file.fd(), memory.asSlice(0, size), position);
    } else {
      sqe.send(socket.fd(), memory.asSlice(from, to - from), Posix.MSG_NOSIGNAL);
    }
  }

  private boolean isReading() {
    return from == to;
  }

  @Override
  boolean again(int res) {
    if (super.again(res)) {
      return true;
    }
    if (res <= 0) {
      return false;
    }
    if (isReading()) {
      from = 0;
      to = res;
      position += res;
    } else {
      from += res;
      sent += res;
      left -= res;
    }
    timeoutNanos = isReading() ? 0 : sendNanos;
    return left > 0;
  }

  @Override
  void release() {
    if (buffer != null) {
      loop.transferBuffers().giveBack(buffer);
      buffer = null;
    }
    leaveFile();
  }

  @Override
  void abandon() {
    leaveFile();
  }

  private void leaveFile() {
    if (guest) {
      guest = false;
      file.leaveAsGuest(this);
    }
  }

  @Override
  Long value(int res) {
    return sent;
  }

  @Override
  IOException failure(int errno) {
    return isReading() ? Failures.of(errno, Op.READ, file.toString()) : super.failure(errno);
  }

  @Override
  String target() {
    return file + " to " + socket;
  }
}
