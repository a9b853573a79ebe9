// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.ErrnoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import org.jspecify.annotations.Nullable;

/** Socket options between the kernel's form and NIO's. Stateless. */
final class Options {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** {@code struct linger {int l_onoff; int l_linger;}}. */
  private static final int LINGER_SIZE = 8;

  private Options() {}

  static void set(NetworkChannel channel, int level, int option, MemorySegment value)
      throws IOException {
    int number = value.get(INT, 0);
    SocketOption<Boolean> flag = flag(level, option);
    if (flag != null) {
      set(channel, flag, number != 0);
      return;
    }
    SocketOption<Integer> size = size(level, option);
    if (size != null) {
      set(channel, size, Math.max(number, 1));
      return;
    }
    if (level == Posix.SOL_SOCKET && option == Posix.SO_LINGER) {
      if (value.byteSize() < LINGER_SIZE) {
        throw new ErrnoException(Errno.EINVAL);
      }
      set(
          channel,
          StandardSocketOptions.SO_LINGER,
          number == 0 ? -1 : value.get(INT, Integer.BYTES));
      return;
    }
    throw new ErrnoException(Errno.ENOPROTOOPT);
  }

  /** Writes the value; its length. */
  static int get(NetworkChannel channel, int level, int option, MemorySegment value)
      throws IOException {
    SocketOption<Boolean> flag = flag(level, option);
    if (flag != null) {
      value.set(INT, 0, get(channel, flag) ? 1 : 0);
      return Integer.BYTES;
    }
    SocketOption<Integer> size = size(level, option);
    if (size != null) {
      // NIO halves what Linux doubles, to return what was set; the system call does not.
      value.set(INT, 0, 2 * get(channel, size));
      return Integer.BYTES;
    }
    if (level == Posix.SOL_SOCKET && option == Posix.SO_LINGER) {
      int seconds = get(channel, StandardSocketOptions.SO_LINGER);
      value.set(INT, 0, seconds < 0 ? 0 : 1);
      value.set(INT, Integer.BYTES, Math.max(seconds, 0));
      return LINGER_SIZE;
    }
    throw new ErrnoException(Errno.ENOPROTOOPT);
  }

  /** Takes over what two channels both have. */
  static void copy(NetworkChannel from, NetworkChannel to) throws IOException {
    for (SocketOption<?> option : to.supportedOptions()) {
      boolean wanted =
          option.equals(StandardSocketOptions.SO_RCVBUF)
              || option.equals(StandardSocketOptions.SO_REUSEADDR)
              || option.equals(StandardSocketOptions.SO_REUSEPORT)
              || option.equals(StandardSocketOptions.SO_KEEPALIVE)
              || option.equals(StandardSocketOptions.TCP_NODELAY);
      if (wanted && from.supportedOptions().contains(option)) {
        copy(from, to, option);
      }
    }
  }

  private static <T> void copy(NetworkChannel from, NetworkChannel to, SocketOption<T> option)
      throws IOException {
    to.setOption(option, from.getOption(option));
  }

  private static <T> void set(NetworkChannel channel, SocketOption<T> option, T value)
      throws IOException {
    requireSupported(channel, option);
    channel.setOption(option, value);
  }

  private static <T> T get(NetworkChannel channel, SocketOption<T> option) throws IOException {
    requireSupported(channel, option);
    return channel.getOption(option);
  }

  private static void requireSupported(NetworkChannel channel, SocketOption<?> option)
      throws ErrnoException {
    if (!channel.supportedOptions().contains(option)) {
      throw new ErrnoException(Errno.ENOPROTOOPT);
    }
  }

  private static @Nullable SocketOption<Boolean> flag(int level, int option) {
    if (level == Posix.IPPROTO_TCP) {
      return option == Posix.TCP_NODELAY ? StandardSocketOptions.TCP_NODELAY : null;
    }
    if (level != Posix.SOL_SOCKET) {
      return null;
    }
    return switch (option) {
      case Posix.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
      case Posix.SO_REUSEPORT -> StandardSocketOptions.SO_REUSEPORT;
      case Posix.SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
      case Posix.SO_BROADCAST -> StandardSocketOptions.SO_BROADCAST;
      default -> null;
    };
  }

  private static @Nullable SocketOption<Integer> size(int level, int option) {
    if (level != Posix.SOL_SOCKET) {
      return null;
    }
    return switch (option) {
      case Posix.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
      case Posix.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
      default -> null;
    };
  }
}
