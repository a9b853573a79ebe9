// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;

/** A few UDP sockets that know each other's addresses. */
final class DatagramSequence implements Sequence {
  private static final int KINDS = 20;
  private static final int SOCKETS = 3;
  private static final int MOST = 1_000;

  /** One byte more than a packet can hold. */
  private static final int TOO_LONG = 65_508;

  private static final int EVENTS = Posix.POLLIN | Posix.POLLOUT | Posix.POLLRDHUP;
  private static final int[] FLAGS = {0, 0, Posix.MSG_PEEK, MsgHdr.MSG_TRUNC};

  private final Side side;
  private final int[] fds = new int[SOCKETS];

  /** Of the sockets in the beginning, and one where nobody listens. */
  private final InetSocketAddress[] addresses = new InetSocketAddress[SOCKETS + 1];

  DatagramSequence(Side side) {
    this.side = side;
    for (int i = 0; i <= SOCKETS; i++) {
      int fd = socket();
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      Side.require(side.calls().bind(fd, side.inet(any)), "bind");
      addresses[i] = side.name(fd);
      if (i < SOCKETS) {
        fds[i] = fd;
      } else {
        side.close(fd);
      }
    }
  }

  private int socket() {
    return side.socket(SockAddr.AF_INET, Posix.SOCK_DGRAM);
  }

  @Override
  public String step(Random random) {
    int kind = random.nextInt(KINDS);
    int index = random.nextInt(SOCKETS);
    int other = random.nextInt(SOCKETS + 1);
    int length = random.nextInt(8) == 0 ? random.nextBoolean() ? 0 : TOO_LONG : length(random);
    int flags = FLAGS[random.nextInt(FLAGS.length)];
    int how = random.nextInt(3);
    int fd = fds[index];
    MemorySegment to = side.inet(addresses[other]);
    String result =
        switch (kind) {
          case 0 -> "shutdown " + how + ": " + Side.text(side.run(e -> e.shutdown(fd, how)));
          case 1 -> {
            String closed = Side.text(side.close(fd));
            fds[index] = socket();
            yield "close, and another in its place: " + closed;
          }
          case 2 -> "poll: " + side.poll(fd, EVENTS);
          case 3 -> "error: " + side.error(fd);
          case 4, 5 ->
              "connect to " + other + ": " + Side.text(side.run(entry -> entry.connect(fd, to)));
          case 6 -> "bind to " + other + ": " + Side.text(side.calls().bind(fd, to));
          case 7 -> "peer: " + peer(fd);
          case 8, 9, 10 -> "send " + length + ": " + send(fd, length);
          case 11, 12, 13 -> "send " + length + " to " + other + ": " + send(fd, length, other);
          case 14, 15, 16 ->
              "receive " + length + ", " + flags + ": " + receive(fd, length % MOST, flags);
          default -> "receive from, " + flags + ": " + receiveFrom(fd, length % MOST, flags);
        };
    return index + " " + result;
  }

  private static int length(Random random) {
    return 1 + random.nextInt(MOST);
  }

  private String peer(int fd) {
    MemorySegment address = side.memory(SockAddr.MAX_SIZE);
    MemorySegment length = side.addressLength(SockAddr.MAX_SIZE);
    int result = side.calls().getpeername(fd, address, length);
    return result < 0 ? Side.text(result) : whose(address, SockAddr.SIZE_IN);
  }

  private String whose(MemorySegment address, int length) {
    if (length != SockAddr.SIZE_IN) {
      return "address of " + length + " bytes";
    }
    InetSocketAddress name = (InetSocketAddress) SockAddr.read(address, length);
    int index = List.of(addresses).indexOf(name);
    return index < 0 ? "another's" : Integer.toString(index);
  }

  private String send(int fd, int length) {
    MemorySegment bytes = side.filled(length, length);
    return Side.text(side.run(entry -> entry.send(fd, bytes, 0)));
  }

  private String send(int fd, int length, int to) {
    MsgHdr message = MsgHdr.of(side.arena(), List.of(side.filled(length, length)));
    message.prepare(SockAddr.write(addresses[to], SockAddr.AF_INET, message.name()));
    return Side.text(side.run(entry -> entry.sendmsg(fd, message, 0)));
  }

  private String receive(int fd, int length, int flags) {
    MemorySegment bytes = side.filled(length, 0);
    int n = side.run(entry -> entry.recv(fd, bytes, flags | Posix.MSG_DONTWAIT));
    return Side.received(n, bytes);
  }

  private String receiveFrom(int fd, int length, int flags) {
    MemorySegment bytes = side.filled(length, 0);
    MsgHdr message = MsgHdr.of(side.arena(), List.of(bytes));
    int n = side.run(entry -> entry.recvmsg(fd, message, flags | Posix.MSG_DONTWAIT));
    return n < 0
        ? Side.text(n)
        : Side.received(n, bytes)
            + " from "
            + whose(message.name(), message.nameLength())
            + ((message.receivedFlags() & MsgHdr.MSG_TRUNC) != 0 ? ", cut" : "");
  }
}
