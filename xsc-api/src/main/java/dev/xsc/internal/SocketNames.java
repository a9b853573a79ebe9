// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.spi.SystemCalls;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.util.Map;

/**
 * Addresses and options of sockets: direct system calls, since no ring has operations for them. Any
 * thread.
 */
public final class SocketNames {
  private record Code(int level, int number) {}

  private static final Map<SocketOption<?>, Code> OPTIONS =
      Map.of(
          StandardSocketOptions.SO_SNDBUF, new Code(Posix.SOL_SOCKET, Posix.SO_SNDBUF),
          StandardSocketOptions.SO_RCVBUF, new Code(Posix.SOL_SOCKET, Posix.SO_RCVBUF),
          StandardSocketOptions.SO_KEEPALIVE, new Code(Posix.SOL_SOCKET, Posix.SO_KEEPALIVE),
          StandardSocketOptions.SO_REUSEADDR, new Code(Posix.SOL_SOCKET, Posix.SO_REUSEADDR),
          StandardSocketOptions.SO_REUSEPORT, new Code(Posix.SOL_SOCKET, Posix.SO_REUSEPORT),
          StandardSocketOptions.SO_BROADCAST, new Code(Posix.SOL_SOCKET, Posix.SO_BROADCAST),
          StandardSocketOptions.SO_LINGER, new Code(Posix.SOL_SOCKET, Posix.SO_LINGER),
          StandardSocketOptions.TCP_NODELAY, new Code(Posix.IPPROTO_TCP, Posix.TCP_NODELAY));

  private SocketNames() {}

  private interface Name {
    int get(SystemCalls calls, MemorySegment address, MemorySegment length);
  }

  /** The socket's own address. */
  public static SocketAddress local(Handle handle) throws IOException {
    return name(
        handle, (calls, address, length) -> calls.getsockname(handle.fd(), address, length));
  }

  /** The peer's address. */
  public static SocketAddress remote(Handle handle) throws IOException {
    return name(
        handle, (calls, address, length) -> calls.getpeername(handle.fd(), address, length));
  }

  private static SocketAddress name(Handle handle, Name call) throws IOException {
    Scratch scratch = new Scratch();
    enter(handle);
    try {
      MemorySegment address = scratch.allocate(SockAddr.MAX_SIZE, 8);
      MemorySegment length = scratch.allocateFrom(JAVA_INT, SockAddr.MAX_SIZE);
      check(call.get(calls(handle), address, length), handle);
      return SockAddr.read(address, length.get(JAVA_INT, 0));
    } finally {
      handle.leave();
      scratch.release();
    }
  }

  /** Sets an option that {@link StandardSocketOptions} defines. */
  public static <T> void setOption(Handle handle, SocketOption<T> option, T value)
      throws IOException {
    Code code = code(option);
    Scratch scratch = new Scratch();
    enter(handle);
    try {
      MemorySegment memory = scratch.allocate(2L * Integer.BYTES, 4);
      int size = Integer.BYTES;
      if (option.equals(StandardSocketOptions.SO_LINGER)) {
        // struct linger {int on; int seconds;}
        int seconds = (Integer) value;
        memory.set(JAVA_INT, 0, seconds >= 0 ? 1 : 0);
        memory.set(JAVA_INT, 4, Math.max(0, seconds));
        size = 2 * Integer.BYTES;
      } else {
        memory.set(JAVA_INT, 0, value instanceof Boolean on ? (on ? 1 : 0) : (Integer) value);
      }
      check(
          calls(handle)
              .setsockopt(handle.fd(), code.level(), code.number(), memory.asSlice(0, size)),
          handle);
    } finally {
      handle.leave();
      scratch.release();
    }
  }

  /** The value of an option that {@link StandardSocketOptions} defines. */
  public static <T> T getOption(Handle handle, SocketOption<T> option) throws IOException {
    Code code = code(option);
    boolean linger = option.equals(StandardSocketOptions.SO_LINGER);
    Scratch scratch = new Scratch();
    enter(handle);
    try {
      MemorySegment memory = scratch.allocate(linger ? 2L * Integer.BYTES : Integer.BYTES, 4);
      check(calls(handle).getsockopt(handle.fd(), code.level(), code.number(), memory), handle);
      int number = memory.get(JAVA_INT, 0);
      Object value;
      if (option.type() == Boolean.class) {
        value = number != 0;
      } else if (linger) {
        value = number == 0 ? -1 : memory.get(JAVA_INT, 4);
      } else {
        value = number;
      }
      return option.type().cast(value);
    } finally {
      handle.leave();
      scratch.release();
    }
  }

  private static Code code(SocketOption<?> option) {
    Code code = OPTIONS.get(option);
    if (code == null) {
      throw new UnsupportedOperationException(
          option + " is not supported: use one of " + OPTIONS.keySet());
    }
    return code;
  }

  private static void enter(Handle handle) throws ClosedChannelException {
    if (!handle.enter()) {
      throw new ClosedChannelException();
    }
  }

  private static SystemCalls calls(Handle handle) {
    handle.loop().countCall();
    return handle.loop().ring().calls();
  }

  private static void check(int result, Handle handle) throws IOException {
    if (result < 0) {
      throw Failures.of(-result, Op.SOCKET, handle.toString());
    }
  }
}
