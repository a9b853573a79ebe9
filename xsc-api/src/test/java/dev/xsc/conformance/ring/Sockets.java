// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.conformance.ring.Results.assertSuccess;

import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** Sockets for tests, made with operations of their ring. */
final class Sockets {
  private final RingTest test;
  private final RingTester ring;

  Sockets(RingTest test) {
    this.test = test;
    this.ring = test.ring;
  }

  /** Two connected ends. */
  record Pair(int client, int server) {}

  int socket(int family, int type) {
    return test.descriptor(ring.run(sqe -> sqe.socket(family, type | Posix.SOCK_CLOEXEC, 0)));
  }

  int tcpSocket() {
    return socket(SockAddr.AF_INET, Posix.SOCK_STREAM);
  }

  int udpSocket() {
    return bind(socket(SockAddr.AF_INET, Posix.SOCK_DGRAM), loopback(0));
  }

  int bind(int fd, SocketAddress address) {
    MemorySegment memory = address(address);
    assertResult(0, ring.run(sqe -> sqe.bind(fd, memory)));
    return fd;
  }

  /** A listening socket on a free port of the loopback address. */
  int tcpListener() {
    return listener(loopback(0));
  }

  int listener(SocketAddress address) {
    int fd = bind(socket(SockAddr.family(address), Posix.SOCK_STREAM), address);
    assertResult(0, ring.run(sqe -> sqe.listen(fd, 128)));
    return fd;
  }

  /** A new socket connected to this one. */
  int connectTo(int listener) {
    MemorySegment address = addressOf(listener);
    int fd = socket(SockAddr.family(read(address)), Posix.SOCK_STREAM);
    assertResult(0, ring.run(sqe -> sqe.connect(fd, address)));
    return fd;
  }

  int accept(int listener) {
    return test.descriptor(ring.run(sqe -> sqe.accept(listener, Posix.SOCK_CLOEXEC)));
  }

  Pair tcpPair() {
    return pair(tcpListener());
  }

  Pair unixPair(Path path) {
    return pair(listener(UnixDomainSocketAddress.of(path.toString())));
  }

  private Pair pair(int listener) {
    int client = connectTo(listener);
    int server = accept(listener);
    test.close(listener);
    return new Pair(client, server);
  }

  /** The socket's own address, as long as it is. */
  MemorySegment addressOf(int fd) {
    MemorySegment address = test.memory(SockAddr.MAX_SIZE);
    MemorySegment length = test.memory(4);
    length.set(ValueLayout.JAVA_INT, 0, SockAddr.MAX_SIZE);
    assertSuccess(ring.ring().calls().getsockname(fd, address, length));
    return address.asSlice(0, length.get(ValueLayout.JAVA_INT, 0));
  }

  int portOf(int fd) {
    return ((InetSocketAddress) read(addressOf(fd))).getPort();
  }

  /** Closing it resets the connection instead of ending it. */
  void resetOnClose(int fd) {
    option(fd, Posix.SOL_SOCKET, Posix.SO_LINGER, 1, 0);
  }

  void option(int fd, int level, int option, int... value) {
    MemorySegment memory = test.arena.allocateFrom(ValueLayout.JAVA_INT, value);
    assertResult(0, ring.ring().calls().setsockopt(fd, level, option, memory));
  }

  MemorySegment address(SocketAddress address) {
    MemorySegment memory = test.memory(SockAddr.MAX_SIZE);
    int length = SockAddr.write(address, SockAddr.family(address), memory);
    return memory.asSlice(0, length);
  }

  static SocketAddress read(MemorySegment address) {
    return SockAddr.read(address, (int) address.byteSize());
  }

  static InetSocketAddress loopback(int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
