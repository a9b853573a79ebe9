// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.FaultPlan.Limit;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.det.Faults;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Options of one socket, those that the live simulator knows. */
final class SocketOptions {
  // include/uapi/asm-generic/socket.h
  static final int SO_TYPE = 3;
  static final int SO_ACCEPTCONN = 30;
  static final int SO_DOMAIN = 39;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int LINGER_SIZE = 8;

  /** As Linux's {@code SOCK_MIN_RCVBUF}, about. */
  private static final int LEAST_BUFFER = 2304;

  private static final int MOST_BUFFER = 1 << 24;

  boolean reuseAddress;
  boolean reusePort;
  boolean keepAlive;
  boolean broadcast;
  boolean linger;
  int lingerSeconds;

  /** Bytes that are kept for the peer, and from it. */
  int sendBuffer;

  int receiveBuffer;
  private boolean noDelay;

  SocketOptions(Faults faults) {
    int usual = Math.clamp(faults.limit(Limit.SOCKET_BUFFER), LEAST_BUFFER, MOST_BUFFER);
    sendBuffer = usual;
    receiveBuffer = usual;
  }

  /** Takes over what an accepted connection has from its listener. */
  void inherit(SocketOptions from) {
    reuseAddress = from.reuseAddress;
    reusePort = from.reusePort;
    keepAlive = from.keepAlive;
    linger = from.linger;
    lingerSeconds = from.lingerSeconds;
    sendBuffer = from.sendBuffer;
    receiveBuffer = from.receiveBuffer;
    noDelay = from.noDelay;
  }

  void set(int level, int option, MemorySegment value, boolean tcp) throws ErrnoException {
    int number = value.get(INT, 0);
    if (level == Posix.IPPROTO_TCP && tcp && option == Posix.TCP_NODELAY) {
      noDelay = number != 0;
      return;
    }
    if (level != Posix.SOL_SOCKET) {
      throw new ErrnoException(Errno.ENOPROTOOPT);
    }
    switch (option) {
      case Posix.SO_REUSEADDR -> reuseAddress = number != 0;
      case Posix.SO_REUSEPORT -> reusePort = number != 0;
      case Posix.SO_KEEPALIVE -> keepAlive = number != 0;
      case Posix.SO_BROADCAST -> broadcast = number != 0;
      case Posix.SO_SNDBUF -> sendBuffer = Math.clamp(number, LEAST_BUFFER, MOST_BUFFER);
      case Posix.SO_RCVBUF -> receiveBuffer = Math.clamp(number, LEAST_BUFFER, MOST_BUFFER);
      case Posix.SO_LINGER -> {
        if (value.byteSize() < LINGER_SIZE) {
          throw new ErrnoException(Errno.EINVAL);
        }
        linger = number != 0;
        lingerSeconds = value.get(INT, Integer.BYTES);
      }
      default -> throw new ErrnoException(Errno.ENOPROTOOPT);
    }
  }

  /** Writes the value; its length. */
  int get(int level, int option, MemorySegment value, boolean tcp) throws ErrnoException {
    if (level == Posix.IPPROTO_TCP && tcp && option == Posix.TCP_NODELAY) {
      return put(value, noDelay ? 1 : 0);
    }
    if (level != Posix.SOL_SOCKET) {
      throw new ErrnoException(Errno.ENOPROTOOPT);
    }
    return switch (option) {
      case Posix.SO_REUSEADDR -> put(value, reuseAddress ? 1 : 0);
      case Posix.SO_REUSEPORT -> put(value, reusePort ? 1 : 0);
      case Posix.SO_KEEPALIVE -> put(value, keepAlive ? 1 : 0);
      case Posix.SO_BROADCAST -> put(value, broadcast ? 1 : 0);
      // Linux doubles what is set, for its own needs, and says so.
      case Posix.SO_SNDBUF -> put(value, 2 * sendBuffer);
      case Posix.SO_RCVBUF -> put(value, 2 * receiveBuffer);
      case Posix.SO_LINGER -> {
        value.set(INT, 0, linger ? 1 : 0);
        value.set(INT, Integer.BYTES, lingerSeconds);
        yield LINGER_SIZE;
      }
      default -> throw new ErrnoException(Errno.ENOPROTOOPT);
    };
  }

  static int put(MemorySegment value, int number) {
    value.set(INT, 0, number);
    return Integer.BYTES;
  }
}
