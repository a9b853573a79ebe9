// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import static dev.xsc.sim.internal.net.NetWorld.SECOND;
import static dev.xsc.sim.internal.net.NetWorld.at;
import static dev.xsc.sim.internal.net.NetWorld.loopback;
import static dev.xsc.sim.internal.net.NetWorld.receive;
import static dev.xsc.sim.internal.net.NetWorld.result;
import static dev.xsc.sim.internal.net.NetWorld.send;
import static dev.xsc.sim.internal.net.NetWorld.sendTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

/**
 * What Linux says of sockets that are shut, reset, or not connected yet. Each was found by
 * comparing random calls with a real kernel.
 */
class EndingsTest {
  private static final byte[] HELLO = {1, 2, 3, 4, 5};
  private static final int END = Posix.POLLIN | Posix.POLLRDHUP;

  private final NetWorld world = new NetWorld();

  private static int shutdown(SocketObject socket, int how) {
    return result(() -> {
      socket.shutdown(how);
      return 0;
    });
  }

  private static int peer(SocketObject socket) {
    return result(() -> socket.peerAddress() == null ? -1 : 0);
  }

  private static int bind(SocketObject socket, int port) {
    return result(() -> {
      socket.bind(loopback(port));
      return 0;
    });
  }

  private static int listen(SocketObject socket) {
    return result(() -> {
      socket.listen(1);
      return 0;
    });
  }

  // ---- TCP

  @Test
  void afterTheEndAResetIsForThoseWhoSend() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    send(pair.client(), HELLO);
    pair.server().shutdown(Posix.SHUT_WR);
    world.pass(SECOND);
    pair.server().close();
    world.pass(SECOND);
    assertArrayEquals(new byte[0], receive(pair.client(), 10));
    assertEquals(-Errno.EPIPE, result(() -> send(pair.client(), HELLO)));
  }

  @Test
  void dataForASocketThatIsShutInBothDirectionsResets() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    pair.server().shutdown(Posix.SHUT_RDWR);
    world.pass(SECOND);
    assertEquals(5, send(pair.client(), HELLO));
    world.pass(SECOND);
    assertEquals(-Errno.EPIPE, result(() -> send(pair.client(), HELLO)));
    assertEquals(-Errno.ECONNRESET, result(() -> receive(pair.server(), 1).length));
  }

  @Test
  void dataForASocketThatIsShutForInputOnlyArrives() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    pair.server().shutdown(Posix.SHUT_RD);
    send(pair.client(), HELLO);
    world.pass(SECOND);
    assertArrayEquals(HELLO, receive(pair.server(), 10));
    assertArrayEquals(new byte[0], receive(pair.server(), 10));
    assertEquals(5, send(pair.server(), HELLO));
  }

  @Test
  void whatBothHaveEndedIsNotConnected() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    pair.client().shutdown(Posix.SHUT_WR);
    world.pass(SECOND);
    assertEquals(0, peer(pair.client()));
    pair.server().shutdown(Posix.SHUT_WR);
    world.pass(SECOND);
    for (SocketObject socket : new SocketObject[] {pair.client(), pair.server()}) {
      assertEquals(-Errno.ENOTCONN, peer(socket));
      assertEquals(-Errno.ENOTCONN, shutdown(socket, Posix.SHUT_WR));
      assertArrayEquals(new byte[0], receive(socket, 1));
    }
  }

  @Test
  void closingWithUnreadDataDoesNotResetWhatIsOver() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    send(pair.client(), HELLO);
    pair.client().shutdown(Posix.SHUT_WR);
    pair.server().shutdown(Posix.SHUT_WR);
    world.pass(SECOND);
    pair.server().close();
    world.pass(SECOND);
    assertEquals(0, pair.client().poll(0, 0) & Posix.POLLERR);
  }

  @Test
  void whatWasConnectedIsNotConnectedAgain() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    pair.client().setOption(Posix.SOL_SOCKET, Posix.SO_LINGER, linger());
    pair.client().close();
    world.pass(SECOND);
    assertEquals(-Errno.ECONNRESET, result(() -> receive(pair.server(), 1).length));
    assertEquals(-Errno.EISCONN, result(() -> pair.server().connect(at(1, 80), false)));
  }

  private static MemorySegment linger() {
    MemorySegment value = MemorySegment.ofArray(new byte[8]);
    value.set(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 0, 1);
    return value;
  }

  @Test
  void aPortThatCameWithAConnectionGoesWithIt() throws IOException {
    SocketObject listener = world.listener(world.one, loopback(80), 1);
    SocketObject client = world.tcp(world.one);
    client.connect(loopback(80), false);
    assertEquals(-Errno.EINVAL, bind(client, 81));
    listener.close();
    assertEquals(0, bind(client, 81));
  }

  @Test
  void shuttingAListenerResetsWhatWaitsAndLeavesItsAddress() throws IOException {
    SocketObject listener = world.listener(world.one, loopback(80), 1);
    SocketObject client = world.tcp(world.one);
    client.connect(loopback(80), false);
    assertEquals(0, shutdown(listener, Posix.SHUT_RD));
    assertEquals(-Errno.ECONNRESET, result(() -> send(client, HELLO)));
    assertEquals(-Errno.EADDRINUSE, bind(world.tcp(world.one), 80));
    assertEquals(-Errno.EINVAL, bind(listener, 81));
    assertEquals(0, listen(listener));
    assertEquals(0, world.tcp(world.one).connect(loopback(80), false));
  }

  @Test
  void onlyOneListensAtAnAddressThatSeveralReuse() throws IOException {
    SocketObject one = world.tcp(world.one);
    SocketObject other = world.tcp(world.one);
    for (SocketObject socket : new SocketObject[] {one, other}) {
      socket.setOption(Posix.SOL_SOCKET, Posix.SO_REUSEADDR, linger());
      assertEquals(0, bind(socket, 80));
    }
    assertEquals(0, listen(one));
    assertEquals(-Errno.EADDRINUSE, listen(other));
    assertEquals(0, listen(one));
  }

  @Test
  void anAttemptToConnectCanBeGivenUp() throws IOException {
    world.two.crash();
    SocketObject client = world.tcp(world.one);
    assertEquals(-Errno.EAGAIN, client.connect(at(2, 80), false));
    assertNull(receive(client, 1));
    assertEquals(0, shutdown(client, Posix.SHUT_WR));
    assertNull(client.localAddress());
    assertEquals(-Errno.EAGAIN, client.connect(at(2, 80), false));
  }

  @Test
  void shuttingWhatIsNotConnectedFailsAndTakesEffect() throws IOException {
    SocketObject socket = world.tcp(world.one);
    assertEquals(-Errno.ENOTCONN, result(() -> receive(socket, 1).length));
    assertEquals(-Errno.ENOTCONN, shutdown(socket, Posix.SHUT_RD));
    assertArrayEquals(new byte[0], receive(socket, 1));
    assertEquals(END, socket.poll(0, END) & END);
  }

  // ---- UDP

  @Test
  void shuttingADatagramSocketThatIsNotConnectedFailsAndTakesEffect() throws IOException {
    SocketObject socket = world.udp(world.one, loopback(80));
    assertEquals(-Errno.ENOTCONN, shutdown(socket, Posix.SHUT_WR));
    assertEquals(-Errno.EPIPE, result(() -> sendTo(socket, HELLO, loopback(80))));
    socket.connect(loopback(80), false);
    assertEquals(-Errno.EPIPE, result(() -> send(socket, HELLO)));
  }

  @Test
  void whatArrivesAfterInputWasShutCanBeReceived() throws IOException {
    SocketObject socket = world.udp(world.one, loopback(80));
    shutdown(socket, Posix.SHUT_RD);
    sendTo(socket, HELLO, loopback(80));
    assertArrayEquals(HELLO, receive(socket, 10));
    assertArrayEquals(new byte[0], receive(socket, 10));
    Buffers room = Buffers.of(MemorySegment.ofArray(new byte[1]));
    assertEquals(-Errno.EAGAIN, socket.receive(room, 0, Posix.MSG_DONTWAIT, null));
  }

  @Test
  void anErrorIsNoInput() throws IOException {
    SocketObject socket = world.udp(world.one, null);
    socket.connect(loopback(9), false);
    send(socket, HELLO);
    assertEquals(Posix.POLLERR, socket.poll(0, Posix.POLLIN));
    // What is wrong with the message comes first.
    assertEquals(-Errno.EMSGSIZE, result(() -> send(socket, new byte[65_508])));
    assertEquals(-Errno.ECONNREFUSED, result(() -> send(socket, HELLO)));
    assertEquals(0, socket.poll(0, Posix.POLLIN));
  }

  @Test
  void sendingBindsEvenInVain() throws IOException {
    SocketObject socket = world.udp(world.one, null);
    assertEquals(-Errno.EDESTADDRREQ, result(() -> send(socket, HELLO)));
    assertNotNull(socket.localAddress());
    assertEquals(-Errno.EINVAL, bind(socket, 80));
  }

  // ---- local sockets

  private NetWorld.Pair local() throws IOException {
    UnixDomainSocketAddress name = UnixDomainSocketAddress.of("/socket");
    SocketObject listener = world.one.socket(SockAddr.AF_UNIX, Posix.SOCK_STREAM, 0);
    listener.bind(name);
    listener.listen(1);
    SocketObject client = world.one.socket(SockAddr.AF_UNIX, Posix.SOCK_STREAM, 0);
    assertEquals(0, client.connect(name, false));
    return new NetWorld.Pair(client, NetWorld.assertNotNullAccepted(listener.accept()));
  }

  @Test
  void aLocalPeerThatTakesNoMoreInputEndsTheOthersOutput() throws IOException {
    NetWorld.Pair pair = local();
    pair.client().shutdown(Posix.SHUT_RDWR);
    assertEquals(Posix.POLLHUP, pair.server().poll(0, 0));
    assertEquals(-Errno.EPIPE, result(() -> send(pair.server(), HELLO)));
  }

  @Test
  void theResetOfALocalSocketIsForWhoReceives() throws IOException {
    NetWorld.Pair pair = local();
    send(pair.client(), HELLO);
    pair.server().close();
    assertEquals(-Errno.EPIPE, result(() -> send(pair.client(), HELLO)));
    assertEquals(-Errno.ECONNRESET, result(() -> receive(pair.client(), 1).length));
  }
}
