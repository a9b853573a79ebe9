// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Random;

/** The two ends of a connection; when both are closed, those of the next one. */
final class StreamSequence implements Sequence {
  private static final int KINDS = 24;

  /** Most bytes sent at once: what is not read must not fill any buffer. */
  private static final int MOST = 1_000;

  private static final int TCP_NODELAY = 1;
  private static final int EVENTS = Posix.POLLIN | Posix.POLLOUT | Posix.POLLRDHUP;
  private static final int CLOSED = -1;

  private final Side side;
  private final int family;
  private final int listener;
  private final MemorySegment address;
  private final int[] fds = {CLOSED, CLOSED};

  StreamSequence(Side side, int family, String folder) {
    this.side = side;
    this.family = family;
    listener = socket();
    MemorySegment wanted;
    if (family == SockAddr.AF_UNIX) {
      MemorySegment room = side.memory(SockAddr.MAX_SIZE);
      UnixDomainSocketAddress name = UnixDomainSocketAddress.of(folder + "/socket");
      wanted = room.asSlice(0, SockAddr.write(name, family, room));
    } else {
      wanted = side.inet(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }
    Side.require(side.calls().bind(listener, wanted), "bind");
    Side.require(side.calls().listen(listener, 4), "listen");
    address = family == SockAddr.AF_UNIX ? wanted : side.inet(side.name(listener));
    connect();
  }

  private int socket() {
    return side.socket(family, Posix.SOCK_STREAM);
  }

  private void connect() {
    int client = socket();
    Side.require(side.run(entry -> entry.connect(client, address)), "connect");
    fds[0] = client;
    fds[1] = side.keep(Side.require(side.run(entry -> entry.accept(listener, 0)), "accept"));
    if (family == SockAddr.AF_INET) {
      // Small pieces are sent at once: the simulation never holds them back.
      for (int fd : fds) {
        Side.require(side.enable(fd, Posix.IPPROTO_TCP, TCP_NODELAY), "setsockopt");
      }
    }
  }

  @Override
  public String step(Random random) {
    int kind = random.nextInt(KINDS);
    int end = random.nextInt(2);
    int length = 1 + random.nextInt(MOST);
    int how = random.nextInt(3);
    int fd = fds[end];
    if (fd == CLOSED) {
      if (fds[1 - end] != CLOSED) {
        return "closed";
      }
      connect();
      return "connected";
    }
    String result =
        switch (kind) {
          case 0 -> "shutdown " + how + ": " + Side.text(side.run(e -> e.shutdown(fd, how)));
          case 1 -> {
            fds[end] = CLOSED;
            yield "close: " + Side.text(side.close(fd));
          }
          case 2 -> "poll: " + side.poll(fd, EVENTS);
          case 3 -> "poll for room: " + side.poll(fd, Posix.POLLOUT);
          case 4 -> "error: " + side.error(fd);
          case 5 -> "peer: " + peer(fd);
          case 6 -> "peek " + length + ": " + receive(fd, length, Posix.MSG_PEEK);
          case 7 -> how == 0 ? "send nothing: " + send(fd, 0) : "poll: " + side.poll(fd, EVENTS);
          case 8, 9, 10, 11, 12, 13, 14 -> "send " + length + ": " + send(fd, length);
          default -> "receive " + length + ": " + receive(fd, length, 0);
        };
    return end + " " + result;
  }

  private String peer(int fd) {
    MemorySegment room = side.memory(SockAddr.MAX_SIZE);
    MemorySegment length = side.addressLength(SockAddr.MAX_SIZE);
    return Side.text(side.calls().getpeername(fd, room, length));
  }

  private String send(int fd, int length) {
    MemorySegment bytes = side.filled(length, length);
    return Side.text(side.run(entry -> entry.send(fd, bytes, Posix.MSG_NOSIGNAL)));
  }

  private String receive(int fd, int length, int flags) {
    MemorySegment bytes = side.filled(length, 0);
    int n = side.run(entry -> entry.recv(fd, bytes, flags | Posix.MSG_DONTWAIT));
    return Side.received(n, bytes);
  }
}
