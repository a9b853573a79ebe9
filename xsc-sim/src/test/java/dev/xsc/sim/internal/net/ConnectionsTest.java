// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import static dev.xsc.sim.internal.net.NetWorld.SECOND;
import static dev.xsc.sim.internal.net.NetWorld.at;
import static dev.xsc.sim.internal.net.NetWorld.loopback;
import static dev.xsc.sim.internal.net.NetWorld.receive;
import static dev.xsc.sim.internal.net.NetWorld.result;
import static dev.xsc.sim.internal.net.NetWorld.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How TCP connections begin and end. */
class ConnectionsTest {
  private static final byte[] HELLO = {1, 2, 3, 4, 5};

  private final NetWorld world = new NetWorld();

  private int connect(SocketObject socket, InetSocketAddress to) {
    int result = result(() -> socket.connect(to, false));
    if (result == -Errno.EAGAIN) {
      world.until(() -> NetWorld.ready(socket, Posix.POLLOUT));
      result = result(() -> socket.connect(to, true));
    }
    return result;
  }

  private static MemorySegment number(int value) {
    MemorySegment segment = MemorySegment.ofArray(new byte[8]);
    segment.set(ValueLayout.JAVA_INT_UNALIGNED, 0, value);
    return segment;
  }

  @Test
  void loopbackIsInstant() throws IOException {
    SocketObject listener = world.listener(world.one, loopback(80), 8);
    SocketObject client = world.tcp(world.one);
    assertEquals(0, client.connect(loopback(80), false));
    SocketObject server = NetWorld.assertNotNullAccepted(listener.accept());
    assertEquals(5, send(client, HELLO));
    assertArrayEquals(HELLO, receive(server, 10));
    assertEquals(client.localAddress(), server.peerAddress());
    assertEquals(loopback(80), server.localAddress());
    client.close();
    assertEquals(0, receive(server, 10).length);
  }

  @Test
  void nobodyListensSoTheConnectionIsRefused() throws IOException {
    assertEquals(-Errno.ECONNREFUSED, connect(world.tcp(world.one), loopback(1)));
    assertEquals(-Errno.ECONNREFUSED, connect(world.tcp(world.one), at(2, 1)));
  }

  @Test
  void anAddressOfNobodyIsUnreachable() throws IOException {
    assertEquals(-Errno.ENETUNREACH, connect(world.tcp(world.one), at(77, 1)));
  }

  @Test
  void aHostThatIsDownTimesOut() throws IOException {
    world.two.crash();
    long begin = world.time.now();
    assertEquals(-Errno.ETIMEDOUT, connect(world.tcp(world.one), at(2, 80)));
    // 1 + 2 + 4 + 8 + 16 + 32 + 64 seconds, as tcp_syn_retries of 6 makes it.
    assertEquals(127 * SECOND, world.time.now() - begin);
  }

  @Test
  void aLostSynIsSentAgain() throws IOException {
    SocketObject listener = world.listener(world.two, at(2, 80), 8);
    world.network.partition(world.one, world.two);
    SocketObject client = world.tcp(world.one);
    assertEquals(-Errno.EAGAIN, client.connect(at(2, 80), false));
    world.pass(2 * SECOND);
    world.network.heal();
    world.until(() -> NetWorld.ready(client, Posix.POLLOUT));
    assertEquals(0, client.connect(at(2, 80), true));
    assertEquals(3, world.time.now() / SECOND);
    world.until(() -> NetWorld.ready(listener, Posix.POLLIN));
    assertNotNull(listener.accept());
  }

  @Test
  void aFullBacklogMakesOthersWait() throws IOException {
    SocketObject listener = world.listener(world.two, at(2, 80), 1);
    List<SocketObject> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      SocketObject client = world.tcp(world.one);
      client.connect(at(2, 80), false);
      clients.add(client);
    }
    world.pass(SECOND / 2);
    assertEquals(
        2, clients.stream().filter(client -> NetWorld.ready(client, Posix.POLLOUT)).count());
    assertNotNull(listener.accept());
    world.pass(10 * SECOND);
    assertEquals(
        3, clients.stream().filter(client -> NetWorld.ready(client, Posix.POLLOUT)).count());
  }

  @Test
  void halfCloseEndsOneDirection() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    send(pair.client(), HELLO);
    pair.client().shutdown(Posix.SHUT_WR);
    assertEquals(-Errno.EPIPE, result(() -> send(pair.client(), HELLO)));
    world.pass(SECOND);
    assertEquals(
        Posix.POLLIN | Posix.POLLRDHUP, pair.server().poll(0, Posix.POLLIN | Posix.POLLRDHUP));
    assertArrayEquals(HELLO, receive(pair.server(), 10));
    assertEquals(0, receive(pair.server(), 10).length);
    assertEquals(5, send(pair.server(), HELLO));
    world.pass(SECOND);
    assertArrayEquals(HELLO, receive(pair.client(), 10));
    assertEquals(
        -Errno.EAGAIN,
        result(() ->
            pair.client()
                .receive(
                    dev.xsc.sim.internal.Buffers.of(MemorySegment.ofArray(new byte[1])),
                    0,
                    0,
                    null)));
  }

  @Test
  void closingWithUnreadDataResets() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    send(pair.client(), HELLO);
    world.pass(SECOND);
    pair.server().close();
    world.pass(SECOND);
    assertEquals(-Errno.ECONNRESET, result(() -> send(pair.client(), HELLO)));
    assertEquals(-Errno.EPIPE, result(() -> send(pair.client(), HELLO)));
  }

  @Test
  void closingDeliversWhatWasSent() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    assertEquals(200_000, send(pair.client(), new byte[200_000]));
    pair.client().close();
    int received = 0;
    for (byte[] bytes = {1}; bytes == null || bytes.length > 0; ) {
      world.time.advance();
      bytes = receive(pair.server(), 10_000);
      received += bytes == null ? 0 : bytes.length;
    }
    assertEquals(200_000, received);
    pair.server().close();
    world.pass(200 * SECOND);
    assertEquals(List.of(), world.one.openConnections());
    assertEquals(List.of(), world.two.openConnections());
  }

  @Test
  void sendingToASocketThatIsGoneFails() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    pair.server().close();
    world.pass(SECOND);
    assertEquals(5, send(pair.client(), HELLO));
    world.pass(SECOND);
    assertEquals(-Errno.EPIPE, result(() -> send(pair.client(), HELLO)));
  }

  @Test
  void lingeringForZeroSecondsResets() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    pair.client().setOption(Posix.SOL_SOCKET, Posix.SO_LINGER, number(1));
    pair.client().close();
    world.pass(SECOND);
    assertEquals(
        Posix.POLLERR | Posix.POLLHUP, pair.server().poll(0, 0) & (Posix.POLLERR | Posix.POLLHUP));
    assertEquals(-Errno.ECONNRESET, result(() -> receive(pair.server(), 1).length));
  }

  @Test
  void anAddressInUseIsRefusedUnlessReused() throws IOException {
    SocketObject listener = world.listener(world.one, loopback(80), 8);
    assertEquals(-Errno.EADDRINUSE, result(() -> bind(world.tcp(world.one), loopback(80))));
    assertEquals(
        -Errno.EADDRINUSE,
        result(() -> bind(world.tcp(world.one), new InetSocketAddress("0.0.0.0", 80))));
    assertEquals(-Errno.EADDRNOTAVAIL, result(() -> bind(world.tcp(world.one), at(2, 81))));
    assertEquals(0, result(() -> bind(world.tcp(world.one), at(1, 80))));
    listener.close();
    assertEquals(0, result(() -> bind(world.tcp(world.one), loopback(80))));
  }

  private static int bind(SocketObject socket, InetSocketAddress to) throws IOException {
    socket.bind(to);
    return 0;
  }

  @Test
  void aPortThatServedIsKeptForAWhileUnlessReused() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    pair.server().close();
    pair.client().close();
    world.pass(SECOND);
    assertEquals(-Errno.EADDRINUSE, result(() -> bind(world.tcp(world.two), at(2, 80))));
    SocketObject reusing = world.tcp(world.two);
    reusing.setOption(Posix.SOL_SOCKET, Posix.SO_REUSEADDR, number(1));
    assertEquals(0, result(() -> bind(reusing, at(2, 80))));
    reusing.close();
    world.pass(61 * SECOND);
    assertEquals(0, result(() -> bind(world.tcp(world.two), at(2, 80))));
  }

  @Test
  void keepAliveFindsAPeerThatHasGone() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    pair.client().setOption(Posix.SOL_SOCKET, Posix.SO_KEEPALIVE, number(1));
    world.pass(7_000 * SECOND);
    world.two.crash();
    world.until(() -> NetWorld.ready(pair.client(), Posix.POLLIN));
    assertEquals(-Errno.ETIMEDOUT, result(() -> receive(pair.client(), 1).length));
    assertEquals(7_200 + 9 * 75, world.time.now() / SECOND);
  }

  @Test
  void aConnectionAfterARestartIsNotTheOldOne() throws IOException {
    SocketObject listener = world.listener(world.two, at(2, 80), 8);
    SocketObject client = world.tcp(world.one);
    client.bind(at(1, 4000));
    assertEquals(0, connect(client, at(2, 80)));
    world.pass(SECOND);
    SocketObject old = NetWorld.assertNotNullAccepted(listener.accept());
    world.one.crash();
    world.one.restart(world.disk);
    SocketObject again = world.tcp(world.one);
    again.bind(at(1, 4000));
    assertEquals(0, connect(again, at(2, 80)));
    world.pass(SECOND);
    assertEquals(-Errno.ECONNRESET, result(() -> receive(old, 1).length));
    SocketObject fresh = NetWorld.assertNotNullAccepted(listener.accept());
    send(again, HELLO);
    world.pass(SECOND);
    assertArrayEquals(HELLO, receive(fresh, 10));
  }

  @Test
  void whatIsStillUnderWayOfAnEarlierConnectionIsNotTaken() throws IOException {
    SocketObject listener = world.listener(world.two, at(2, 80), 8);
    SocketObject first = world.tcp(world.one);
    first.bind(at(1, 4000));
    assertEquals(0, connect(first, at(2, 80)));
    world.pass(SECOND);
    NetWorld.assertNotNullAccepted(listener.accept());
    // A packet that is held up for half a second lets others pass.
    world.network.link(world.one, world.two).delay(SECOND / 2, SECOND / 2);
    world.faults.follow(FaultPlan.NONE.with(Fault.NET_REORDER, 1));
    send(first, HELLO);
    world.faults.follow(FaultPlan.NONE);
    world.network.link(world.one, world.two).delay(1000, 1000);
    first.setOption(Posix.SOL_SOCKET, Posix.SO_LINGER, number(1));
    first.close();
    SocketObject second = world.tcp(world.one);
    second.bind(at(1, 4000));
    assertEquals(0, connect(second, at(2, 80)));
    world.pass(SECOND / 10);
    SocketObject server = NetWorld.assertNotNullAccepted(listener.accept());
    world.pass(5 * SECOND);
    assertNull(receive(server, 10));
    send(second, HELLO);
    world.pass(SECOND);
    assertArrayEquals(HELLO, receive(server, 10));
  }

  @Test
  void faultsRefuseAndReset() throws IOException {
    world.listener(world.two, at(2, 80), 8);
    world.faults.follow(FaultPlan.NONE.with(Fault.NET_REFUSED, 1));
    assertEquals(-Errno.ECONNREFUSED, connect(world.tcp(world.one), at(2, 80)));
    world.faults.follow(FaultPlan.NONE);
    NetWorld.Pair pair = world.connection(81);
    world.faults.follow(FaultPlan.NONE.with(Fault.NET_RESET, 1));
    send(pair.client(), HELLO);
    world.pass(SECOND);
    assertEquals(-Errno.ECONNRESET, result(() -> send(pair.client(), HELLO)));
    assertEquals(-Errno.ECONNRESET, result(() -> send(pair.server(), HELLO)));
  }

  @Test
  void halfOpenConnectionsAreFoundBySending() throws IOException {
    NetWorld.Pair pair = world.connection(80);
    world.faults.follow(FaultPlan.NONE.with(Fault.NET_HALF_OPEN, 1));
    send(pair.client(), HELLO);
    world.pass(SECOND / 10);
    assertEquals(-Errno.ECONNRESET, result(() -> receive(pair.server(), 1).length));
    assertNull(receive(pair.client(), 1));
    world.pass(SECOND);
    assertTrue(NetWorld.ready(pair.client(), Posix.POLLIN), "the retry was not answered");
  }

  @Test
  void optionsAreKept() throws IOException {
    SocketObject socket = world.tcp(world.one);
    MemorySegment value = number(0);
    int[] flags = {Posix.SO_REUSEADDR, Posix.SO_REUSEPORT, Posix.SO_KEEPALIVE, Posix.SO_BROADCAST};
    for (int flag : flags) {
      socket.setOption(Posix.SOL_SOCKET, flag, number(1));
      assertEquals(4, socket.getOption(Posix.SOL_SOCKET, flag, value));
      assertEquals(1, value.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
    }
    socket.setOption(Posix.SOL_SOCKET, Posix.SO_RCVBUF, number(10_000));
    socket.getOption(Posix.SOL_SOCKET, Posix.SO_RCVBUF, value);
    assertEquals(20_000, value.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
    assertEquals(-Errno.ENOPROTOOPT, result(() -> socket.getOption(Posix.SOL_SOCKET, 999, value)));
  }
}
