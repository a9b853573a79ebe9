// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.SystemCalls;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Accepts or connects where a kernel's ring does not: by calls that do not block, made on the
 * ring's owner thread, while the ring only waits for the socket to be ready. One operation's; owner
 * thread only.
 *
 * <p>A socket that is listened on stays non-blocking, since several rings may accept from it at a
 * time; one that is connected is made as it was before.
 */
final class PolledCall {
  private final Op op;
  private final int fd;
  private final int flags;
  private final MemorySegment address;
  private final MemorySegment length;
  private boolean restore;

  private PolledCall(Op op, int fd, int flags, MemorySegment address, MemorySegment length) {
    this.op = op;
    this.fd = fd;
    this.flags = flags;
    this.address = address;
    this.length = length;
  }

  static PolledCall accept(
      int fd, @Nullable MemorySegment address, @Nullable MemorySegment length, int flags) {
    return new PolledCall(
        Op.ACCEPT,
        fd,
        flags,
        address == null ? MemorySegment.NULL : address,
        length == null ? MemorySegment.NULL : length);
  }

  static PolledCall connect(int fd, MemorySegment address) {
    return new PolledCall(Op.CONNECT, fd, 0, address, MemorySegment.NULL);
  }

  Op op() {
    return op;
  }

  int fd() {
    return fd;
  }

  /** What the ring is to wait for. */
  int events() {
    return op == Op.ACCEPT ? Posix.POLLIN : Posix.POLLOUT;
  }

  /** The first try: the result, or {@code -EAGAIN} if the socket is to be waited for. */
  int attempt(SystemCalls calls) {
    int blocked = calls.setBlocking(fd, false);
    if (blocked < 0) {
      return blocked;
    }
    if (op == Op.ACCEPT) {
      return calls.accept(fd, address, length, flags);
    }
    restore = blocked == 1;
    int result = calls.connect(fd, address);
    return switch (-result) {
      case Errno.EINPROGRESS -> -Errno.EAGAIN;
      // A local socket whose backlog is full: nothing would say when it no longer is.
      case Errno.EAGAIN -> ended(calls, -Errno.ECONNREFUSED);
      default -> ended(calls, result);
    };
  }

  /**
   * The ring has waited.
   *
   * @param polled the events, or a negated errno
   * @return the result, or {@code -EAGAIN} to wait on: somebody else was quicker
   */
  int finish(SystemCalls calls, int polled) {
    if (op == Op.ACCEPT) {
      return polled < 0 ? polled : calls.accept(fd, address, length, flags);
    }
    if (polled < 0) {
      return ended(calls, polled);
    }
    // Once more: it says how the first one ended, and until it has, the socket is not connected.
    int result = calls.connect(fd, address);
    return switch (-result) {
      case Errno.EALREADY, Errno.EINPROGRESS -> -Errno.EAGAIN;
      case Errno.EISCONN -> ended(calls, 0);
      default -> ended(calls, result);
    };
  }

  private int ended(SystemCalls calls, int result) {
    if (!restore) {
      return result;
    }
    int undone = calls.setBlocking(fd, true);
    return undone < 0 && result >= 0 ? undone : result;
  }
}
