// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import static dev.xsc.sim.internal.net.NetWorld.SECOND;
import static dev.xsc.sim.internal.net.NetWorld.at;
import static dev.xsc.sim.internal.net.NetWorld.loopback;
import static dev.xsc.sim.internal.net.NetWorld.receive;
import static dev.xsc.sim.internal.net.NetWorld.result;
import static dev.xsc.sim.internal.net.NetWorld.sendTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** UDP: messages that come whole or not at all. */
class DatagramsTest {
  private static byte[] message(int number) {
    byte[] bytes = new byte[10 + number % 50];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  /** Numbers of the messages that arrive, each of which must be whole. */
  private static List<Integer> exchange(NetWorld world) throws IOException {
    SocketObject from = world.udp(world.one, at(1, 5000));
    SocketObject to = world.udp(world.two, at(2, 5000));
    for (int i = 0; i < 100; i++) {
      sendTo(from, message(i), at(2, 5000));
      world.pass(1_000_000);
    }
    world.pass(10 * SECOND);
    List<Integer> numbers = new ArrayList<>();
    for (byte[] bytes = receive(to, 1000); bytes != null; bytes = receive(to, 1000)) {
      numbers.add((int) bytes[0]);
      assertArrayEquals(message(bytes[0]), bytes);
    }
    return numbers;
  }

  @Test
  void withoutFaultsAllArriveInOrder() throws IOException {
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      expected.add(i);
    }
    assertEquals(expected, exchange(new NetWorld()));
  }

  @Property(tries = 100)
  void underAnyFaultsMessagesStayWhole(@ForAll long seed) throws IOException {
    exchange(new NetWorld(seed, FaultPlan.swarm(seed, EnumSet.of(Fault.Group.NETWORK))));
  }

  @Test
  void faultsLoseDoubleAndReorder() throws IOException {
    List<Integer> lossy = exchange(new NetWorld(1, FaultPlan.NONE.with(Fault.NET_LOSS, 0.5)));
    assertTrue(lossy.size() > 10 && lossy.size() < 90, lossy::toString);
    List<Integer> doubled =
        exchange(new NetWorld(1, FaultPlan.NONE.with(Fault.NET_DUPLICATE, 0.5)));
    Set<Integer> distinct = new HashSet<>(doubled);
    assertEquals(100, distinct.size());
    assertTrue(doubled.size() > 110, doubled::toString);
    NetWorld mixed = new NetWorld(1, FaultPlan.NONE.with(Fault.NET_REORDER, 0.5));
    mixed.network.link(mixed.one, mixed.two).delay(1_000_000, 2_000_000);
    List<Integer> reordered = exchange(mixed);
    assertEquals(100, reordered.size());
    assertTrue(!reordered.equals(reordered.stream().sorted().toList()), "nothing was reordered");
  }

  @Test
  void aPortWithoutASocketIsReportedToWhoeverIsConnected() throws IOException {
    NetWorld world = new NetWorld();
    SocketObject connected = world.udp(world.one, null);
    connected.connect(at(2, 9), false);
    SocketObject other = world.udp(world.one, null);
    sendTo(other, message(1), at(2, 9));
    NetWorld.send(connected, message(1));
    world.pass(SECOND);
    assertEquals(Posix.POLLERR, connected.poll(0, Posix.POLLERR) & Posix.POLLERR);
    assertEquals(-Errno.ECONNREFUSED, result(() -> NetWorld.send(connected, message(1))));
    assertNull(receive(other, 10));
  }

  @Test
  void aConnectedSocketHearsOnlyItsPeer() throws IOException {
    NetWorld world = new NetWorld();
    SocketObject here = world.udp(world.one, loopback(1));
    SocketObject friend = world.udp(world.one, loopback(2));
    SocketObject stranger = world.udp(world.one, loopback(3));
    here.connect(loopback(2), false);
    sendTo(stranger, message(3), loopback(1));
    sendTo(friend, message(2), loopback(1));
    assertArrayEquals(message(2), receive(here, 100));
    assertNull(receive(here, 100));
  }

  @Test
  void whatDoesNotFitIsCutAndSaysSo() throws IOException {
    NetWorld world = new NetWorld();
    SocketObject to = world.udp(world.one, loopback(1));
    SocketObject from = world.udp(world.one, loopback(2));
    sendTo(from, message(20), loopback(1));
    SocketObject.Message told = new SocketObject.Message();
    Buffers small = Buffers.of(MemorySegment.ofArray(new byte[5]));
    assertEquals(5, to.receive(small, 0, Posix.MSG_PEEK, told));
    assertEquals(loopback(2), told.from);
    assertTrue(told.truncated);
    assertEquals(30, to.receive(small, 0, MsgHdr.MSG_TRUNC, told));
    assertNull(receive(to, 5));
  }

  @Test
  void longMessagesAreRefusedByTheLink() throws IOException {
    NetWorld world = new NetWorld();
    world.network.link(world.one, world.two).mtu(1500);
    SocketObject socket = world.udp(world.one, null);
    assertEquals(1472, sendTo(socket, new byte[1472], at(2, 9)));
    assertEquals(-Errno.EMSGSIZE, sendTo(socket, new byte[1473], at(2, 9)));
    assertEquals(65_507, sendTo(socket, new byte[65_507], loopback(9)));
    assertEquals(-Errno.EMSGSIZE, sendTo(socket, new byte[65_508], loopback(9)));
  }

  @Test
  void aFullBufferDropsWhatComes() throws IOException {
    NetWorld world = new NetWorld();
    SocketObject to = world.udp(world.one, loopback(1));
    SocketObject from = world.udp(world.one, loopback(2));
    for (int i = 0; i < 100; i++) {
      assertEquals(10_000, sendTo(from, new byte[10_000], loopback(1)));
    }
    int received = 0;
    while (receive(to, 10_000) != null) {
      received++;
    }
    assertEquals(world.faults.limit(FaultPlan.Limit.SOCKET_BUFFER) / 10_256, received);
  }

  @Test
  void whereNoPacketCanGoIsToldAtOnce() throws IOException {
    NetWorld world = new NetWorld();
    SocketObject socket = world.udp(world.one, null);
    InetAddress group = InetAddress.getByAddress(new byte[] {(byte) 224, 0, 0, 1});
    InetAddress all = InetAddress.getByAddress(new byte[] {-1, -1, -1, -1});
    assertEquals(
        -Errno.ENETUNREACH,
        result(() -> sendTo(socket, message(1), new InetSocketAddress(group, 1))));
    assertEquals(
        -Errno.EACCES, result(() -> sendTo(socket, message(1), new InetSocketAddress(all, 1))));
    assertEquals(-Errno.ENETUNREACH, result(() -> sendTo(socket, message(1), at(99, 1))));
    assertEquals(-Errno.EDESTADDRREQ, result(() -> NetWorld.send(socket, message(1))));
  }
}
