// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code SOCKET}, {@code BIND}, {@code LISTEN}, {@code ACCEPT} and {@code CONNECT} over TCP. */
class SocketTest extends RingTest {
  private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private Sockets sockets;

  @BeforeEach
  void prepare() {
    sockets = new Sockets(this);
  }

  @Test
  void aConnectionIsMadeAndCarriesBytes() {
    Sockets.Pair pair = sockets.tcpPair();
    MemorySegment buffer = memory(16);
    assertResult(5, ring.run(sqe -> sqe.send(pair.client(), memory("hello"), 0)));
    assertResult(5, ring.run(sqe -> sqe.recv(pair.server(), buffer, 0)));
    assertEquals("hello", text(buffer, 5));
  }

  @Test
  void anAcceptWaitsForAConnection() {
    int listener = sockets.tcpListener();
    long accept = ring.submit(sqe -> sqe.accept(listener, Posix.SOCK_CLOEXEC));
    ring.expectNothing(Duration.ofMillis(20));
    sockets.connectTo(listener);
    descriptor(ring.result(accept));
  }

  @Test
  void acceptsAreServedOnceEach() {
    int listener = sockets.tcpListener();
    long[] accepts = new long[8];
    for (int i = 0; i < 8; i++) {
      accepts[i] = ring.submit(sqe -> sqe.accept(listener, Posix.SOCK_CLOEXEC));
    }
    for (int i = 0; i < 8; i++) {
      sockets.connectTo(listener);
    }
    assertEquals(8, Arrays.stream(ring.results(accepts)).map(this::descriptor).distinct().count());
  }

  @Test
  void acceptTellsThePeersAddress() {
    int listener = sockets.tcpListener();
    int client = sockets.connectTo(listener);
    MemorySegment address = memory(SockAddr.MAX_SIZE);
    MemorySegment length = memory(4);
    length.set(ValueLayout.JAVA_INT, 0, SockAddr.MAX_SIZE);
    descriptor(ring.run(sqe -> sqe.accept(listener, address, length, Posix.SOCK_CLOEXEC)));
    assertEquals(SockAddr.SIZE_IN, length.get(ValueLayout.JAVA_INT, 0));
    assertEquals(
        Sockets.loopback(sockets.portOf(client)), SockAddr.read(address, SockAddr.SIZE_IN));
  }

  @Test
  void aSocketKnowsItsOwnAndItsPeersAddress() {
    int listener = sockets.tcpListener();
    int client = sockets.connectTo(listener);
    int server = sockets.accept(listener);
    MemorySegment address = memory(SockAddr.MAX_SIZE);
    MemorySegment length = memory(4);
    length.set(ValueLayout.JAVA_INT, 0, SockAddr.MAX_SIZE);
    assertResult(0, ring.ring().calls().getpeername(client, address, length));
    assertEquals(
        sockets.portOf(server),
        ((InetSocketAddress) SockAddr.read(address, length.get(ValueLayout.JAVA_INT, 0)))
            .getPort());
    assertEquals(sockets.portOf(listener), sockets.portOf(server));
  }

  @Test
  void aClientOutsideTheRingIsAccepted() throws IOException {
    World.requireReal("no socket of this machine reaches it");
    int listener = sockets.tcpListener();
    long accept = ring.submit(sqe -> sqe.accept(listener, Posix.SOCK_CLOEXEC));
    try (Socket client = new Socket()) {
      client.connect(Sockets.loopback(sockets.portOf(listener)));
      int server = descriptor(ring.result(accept));
      client.getOutputStream().write(bytes("hello"));
      MemorySegment buffer = memory(5);
      assertResult(5, ring.run(sqe -> sqe.recv(server, buffer, Posix.MSG_WAITALL)));
      assertEquals("hello", text(buffer, 5));
      assertResult(2, ring.run(sqe -> sqe.send(server, memory("ok"), 0)));
      assertArrayEquals(bytes("ok"), client.getInputStream().readNBytes(2));
    }
  }

  @Test
  void ipv6Works() throws UnknownHostException {
    InetSocketAddress local = new InetSocketAddress(InetAddress.getByAddress(IPV6_LOOPBACK), 0);
    int socket = ring.run(sqe -> sqe.socket(SockAddr.AF_INET6, Posix.SOCK_STREAM, 0));
    Assumptions.assumeTrue(socket >= 0, "no IPv6 on this machine");
    descriptor(socket);
    int bound = ring.run(sqe -> sqe.bind(socket, sockets.address(local)));
    Assumptions.assumeTrue(bound == 0, "no IPv6 loopback address on this machine");
    assertResult(0, ring.run(sqe -> sqe.listen(socket, 8)));
    int client = sockets.connectTo(socket);
    int server = sockets.accept(socket);
    assertResult(2, ring.run(sqe -> sqe.send(client, memory("v6"), 0)));
    assertResult(2, ring.run(sqe -> sqe.recv(server, memory(8), 0)));
    assertEquals(SockAddr.SIZE_IN6, sockets.addressOf(server).byteSize());
  }

  @Test
  void connectingWhereNobodyListensIsRefused() {
    int bound = sockets.bind(sockets.tcpSocket(), Sockets.loopback(0));
    int client = sockets.tcpSocket();
    MemorySegment address = sockets.addressOf(bound);
    assertError(Errno.ECONNREFUSED, ring.run(sqe -> sqe.connect(client, address)));
  }

  @Test
  void connectingTwiceIsRefused() {
    int listener = sockets.tcpListener();
    int client = sockets.connectTo(listener);
    MemorySegment address = sockets.addressOf(listener);
    assertError(Errno.EISCONN, ring.run(sqe -> sqe.connect(client, address)));
  }

  @Test
  void connectingToAnAddressOfAnotherFamilyIsRefused() {
    int socket = sockets.tcpSocket();
    MemorySegment address = memory(SockAddr.SIZE_IN6);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) SockAddr.AF_INET6);
    assertError(Errno.EAFNOSUPPORT, ring.run(sqe -> sqe.connect(socket, address)));
    MemorySegment shortAddress = sockets.address(Sockets.loopback(1)).asSlice(0, 8);
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.connect(socket, shortAddress)));
  }

  @Test
  void anAddressInUseIsRefused() {
    int listener = sockets.tcpListener();
    int second = sockets.tcpSocket();
    MemorySegment address = sockets.addressOf(listener);
    assertError(Errno.EADDRINUSE, ring.run(sqe -> sqe.bind(second, address)));
  }

  @Test
  void bindingTwiceIsRefused() {
    int bound = sockets.bind(sockets.tcpSocket(), Sockets.loopback(0));
    MemorySegment address = sockets.address(Sockets.loopback(0));
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.bind(bound, address)));
  }

  @Test
  void anAddressOfNoInterfaceIsRefused() throws UnknownHostException {
    // 192.0.2.0/24 is for documentation, 203.0.113.0/24 as well; no interface has the latter's
    // last.
    InetAddress foreign = InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, (byte) 254});
    int socket = sockets.tcpSocket();
    MemorySegment address = sockets.address(new InetSocketAddress(foreign, 0));
    assertError(Errno.EADDRNOTAVAIL, ring.run(sqe -> sqe.bind(socket, address)));
  }

  @Test
  void acceptingOnASocketThatDoesNotListenIsRefused() {
    int socket = sockets.bind(sockets.tcpSocket(), Sockets.loopback(0));
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.accept(socket, 0)));
  }

  @Test
  void acceptingWithUnknownFlagsIsRefused() {
    int listener = sockets.tcpListener();
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.accept(listener, 0x10)));
  }

  @Test
  void socketsThatDoNotExistAreRefused() {
    assertError(Errno.EAFNOSUPPORT, ring.run(sqe -> sqe.socket(250, Posix.SOCK_STREAM, 0)));
    assertAnyError(
        ring.run(sqe -> sqe.socket(SockAddr.AF_INET, 15, 0)),
        Errno.EINVAL,
        94 /* ESOCKTNOSUPPORT */);
    assertError(
        Errno.EPROTONOSUPPORT,
        ring.run(sqe -> sqe.socket(SockAddr.AF_INET, Posix.SOCK_STREAM, 17)));
  }

  @Test
  void listeningMoreThanOnceIsAllowed() {
    int listener = sockets.tcpListener();
    assertResult(0, ring.run(sqe -> sqe.listen(listener, 1)));
    sockets.connectTo(listener);
    sockets.accept(listener);
  }

  @Test
  void connectionsWaitInTheBacklog() {
    int listener = sockets.tcpListener();
    for (int i = 0; i < 5; i++) {
      sockets.connectTo(listener);
    }
    for (int i = 0; i < 5; i++) {
      sockets.accept(listener);
    }
    long sixth = ring.submit(sqe -> sqe.accept(listener, 0));
    ring.expectNothing(Duration.ofMillis(20));
    assertTrue(ring.pending().contains(sixth));
  }

  @Test
  void theErrorOfASocketCanBeAsked() {
    Sockets.Pair pair = sockets.tcpPair();
    MemorySegment error = memory(4);
    assertResult(
        0, ring.ring().calls().getsockopt(pair.client(), Posix.SOL_SOCKET, Posix.SO_ERROR, error));
    assertEquals(0, error.get(ValueLayout.JAVA_INT, 0));
  }
}
