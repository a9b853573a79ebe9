// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A few TCP sockets on which everything is called in any order, and two addresses for them. */
final class ConnectionSequence implements Sequence {
  private static final int KINDS = 24;
  private static final int SOCKETS = 4;
  private static final int ADDRESSES = 2;
  private static final int NONE = -1;

  /** Below those that kernels choose for sockets that are not bound. */
  private static final int FIRST_PORT = 20_000;

  private static final int EVENTS = Posix.POLLIN | Posix.POLLOUT | Posix.POLLRDHUP;

  private final Side side;
  private final int[] fds = new int[SOCKETS];
  private final InetSocketAddress[] addresses = new InetSocketAddress[ADDRESSES];

  ConnectionSequence(Side side) {
    this.side = side;
    Arrays.fill(fds, NONE);
    int port = FIRST_PORT;
    for (int i = 0; i < ADDRESSES; i++) {
      int probe = socket();
      do {
        addresses[i] = new InetSocketAddress(InetAddress.getLoopbackAddress(), port++);
      } while (side.calls().bind(probe, side.inet(addresses[i])) == -Errno.EADDRINUSE);
      side.close(probe);
    }
  }

  private int socket() {
    return side.socket(SockAddr.AF_INET, Posix.SOCK_STREAM);
  }

  @Override
  public String step(Random random) {
    int kind = random.nextInt(KINDS);
    int index = random.nextInt(SOCKETS);
    int where = random.nextInt(ADDRESSES);
    int how = random.nextInt(3);
    int fd = fds[index];
    if (fd == NONE) {
      fds[index] = socket();
      boolean reuse = how == 0;
      String result = reuse ? Side.text(reuse(fds[index])) : "alone";
      return index + " socket, " + result;
    }
    MemorySegment address = side.inet(addresses[where]);
    String result =
        switch (kind) {
          case 0 -> {
            fds[index] = NONE;
            yield "close: " + Side.text(side.close(fd));
          }
          case 1 -> "shutdown " + how + ": " + shutdown(index, how);
          case 2, 3, 4 -> "bind to " + where + ": " + Side.text(side.calls().bind(fd, address));
          case 5, 6, 7 -> "listen " + how + ": " + Side.text(side.calls().listen(fd, how));
          case 8, 9, 10, 11, 12 -> "connect to " + where + ": " + connect(index, where);
          case 13, 14, 15, 16 -> accept(fd);
          case 17 -> "poll: " + side.poll(fd, EVENTS);
          case 18 -> "error: " + side.error(fd);
          case 19 -> "name: " + whose(fd, true) + ", peer: " + whose(fd, false);
          case 20, 21 -> {
            MemorySegment bytes = side.filled(how, how);
            int flags = Posix.MSG_DONTWAIT | Posix.MSG_NOSIGNAL;
            yield "send " + how + ": " + Side.text(side.run(e -> e.send(fd, bytes, flags)));
          }
          default -> "receive: " + receive(fd, 1 + how);
        };
    return index + " " + result;
  }

  private int reuse(int fd) {
    return side.enable(fd, Posix.SOL_SOCKET, Posix.SO_REUSEADDR);
  }

  private String receive(int fd, int length) {
    MemorySegment bytes = side.filled(length, 0);
    return Side.received(side.run(entry -> entry.recv(fd, bytes, Posix.MSG_DONTWAIT)), bytes);
  }

  private String shutdown(int index, int how) {
    int fd = fds[index];
    int result = side.run(entry -> entry.shutdown(fd, how));
    if (result == 0) {
      return "0";
    }
    // It takes effect all the same, but what Linux does with such a socket is not simulated.
    String after = ", poll: " + side.poll(fd, EVENTS) + ", receive: " + receive(fd, 1);
    side.close(fd);
    fds[index] = NONE;
    return Side.text(result) + after;
  }

  private String connect(int index, int where) {
    int fd = fds[index];
    if (side.name(fd).equals(addresses[where])) {
      return "itself, which is not simulated";
    }
    MemorySegment address = side.inet(addresses[where]);
    int result = side.attempt(entry -> entry.connect(fd, address));
    if (result == -Errno.ECONNREFUSED) {
      // What the socket is good for then is not the same after connect(2) and in io_uring.
      side.close(fd);
      fds[index] = NONE;
    }
    return Side.text(result);
  }

  private String accept(int fd) {
    int accepted = side.keep(side.attempt(entry -> entry.accept(fd, 0)));
    if (accepted < 0) {
      return "accept: " + Side.text(accepted);
    }
    for (int i = 0; i < SOCKETS; i++) {
      if (fds[i] == NONE) {
        fds[i] = accepted;
        return "accept: " + i;
      }
    }
    return "accept and close: " + Side.text(side.close(accepted));
  }

  /** Its own address, or its peer's. */
  private String whose(int fd, boolean own) {
    MemorySegment address = side.memory(SockAddr.MAX_SIZE);
    MemorySegment length = side.addressLength(SockAddr.MAX_SIZE);
    int result =
        own
            ? side.calls().getsockname(fd, address, length)
            : side.calls().getpeername(fd, address, length);
    if (result < 0) {
      return Side.text(result);
    }
    InetSocketAddress name = (InetSocketAddress) SockAddr.read(address, SockAddr.SIZE_IN);
    int index = List.of(addresses).indexOf(name);
    // Other ports are each kernel's own choice.
    return index >= 0 ? Integer.toString(index) : name.getAddress().getHostAddress();
  }
}
