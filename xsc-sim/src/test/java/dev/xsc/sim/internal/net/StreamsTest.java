// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import static dev.xsc.sim.internal.net.NetWorld.receive;
import static dev.xsc.sim.internal.net.NetWorld.result;
import static dev.xsc.sim.internal.net.NetWorld.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.SocketObject;
import dev.xsc.sim.internal.det.SplitMix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Byte streams stay whole, whatever the network does. */
class StreamsTest {
  private static FaultPlan bad(long seed) {
    return FaultPlan.swarm(seed, EnumSet.of(Fault.Group.NETWORK));
  }

  /** The byte at a place of the endless stream that the tests send. */
  private static byte at(long place) {
    return (byte) (place * 31 + (place >>> 8));
  }

  /** One direction of a connection under random traffic. */
  private static final class Traffic {
    final SocketObject from;
    final SocketObject to;
    long sent;
    long received;
    boolean ended;

    Traffic(SocketObject from, SocketObject to) {
      this.from = from;
      this.to = to;
    }

    /** Sends if there is room; a negated errno if that is over. */
    int sendSome(int length) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = at(sent + i);
      }
      int n = result(() -> send(from, bytes));
      sent += Math.max(n, 0);
      return n;
    }

    int receiveSome(int length) {
      byte[] bytes;
      try {
        bytes = receive(to, length);
      } catch (IOException e) {
        return -dev.xsc.sim.internal.Errors.errno(e);
      }
      if (bytes == null) {
        return -Errno.EAGAIN;
      }
      for (int i = 0; i < bytes.length; i++) {
        assertEquals(at(received + i), bytes[i], "byte " + (received + i));
      }
      received += bytes.length;
      assertTrue(received <= sent, "received more than was sent");
      ended |= bytes.length == 0;
      return bytes.length;
    }
  }

  /**
   * Two directions at once, under any mix of faults: every byte arrives once and in order, or the
   * connection says that it is broken. Once the faults stop, everything arrives or has been broken.
   */
  @Property(tries = 400)
  void streamsAreNeverCorrupted(@ForAll long seed) {
    NetWorld world = new NetWorld(seed, FaultPlan.NONE);
    SplitMix random = new SplitMix(seed);
    NetWorld.Pair pair;
    try {
      pair = world.connection(80);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    world.faults.follow(bad(seed));
    Traffic[] ways = {
      new Traffic(pair.client(), pair.server()), new Traffic(pair.server(), pair.client())
    };
    boolean broken = false;
    for (int i = 0; i < 300 && !broken; i++) {
      Traffic way = ways[(int) random.next(2)];
      int length = 1 + (int) random.next(20_000);
      int n = random.next(2) == 0 ? way.sendSome(length) : way.receiveSome(length);
      broken = n < 0 && n != -Errno.EAGAIN;
      world.pass(random.next(2_000_000));
    }
    world.faults.stop();
    world.network.heal();
    if (broken) {
      return;
    }
    result(() -> shut(pair.client()));
    result(() -> shut(pair.server()));
    for (Traffic way : ways) {
      int n = 0;
      for (int i = 0; i < 5000 && !way.ended && (n >= 0 || n == -Errno.EAGAIN); i++) {
        n = way.receiveSome(50_000);
        if (n == -Errno.EAGAIN) {
          world.pass(NetWorld.SECOND);
        }
      }
      broken |= n < 0;
      assertTrue(broken || (way.ended && way.received == way.sent), "stuck: " + way.received);
    }
  }

  private static int shut(SocketObject socket) throws IOException {
    socket.shutdown(Posix.SHUT_WR);
    return 0;
  }

  @Property(tries = 50)
  void theSameSeedGivesTheSame(@ForAll long seed) {
    assertEquals(history(seed), history(seed));
  }

  private static String history(long seed) {
    NetWorld world = new NetWorld(seed, bad(seed));
    SplitMix random = new SplitMix(seed);
    StringBuilder text = new StringBuilder();
    int connected =
        result(() -> {
          NetWorld.Pair pair = world.connection(80);
          Traffic way = new Traffic(pair.client(), pair.server());
          for (int i = 0; i < 100; i++) {
            text.append(way.sendSome(1 + (int) random.next(30_000))).append(' ');
            world.pass(random.next(5_000_000));
            text.append(way.receiveSome(40_000)).append(' ').append(world.time.now());
          }
          return 0;
        });
    return text.append(connected).toString();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void theSenderStopsWhenNobodyReads() throws IOException {
    NetWorld world = new NetWorld();
    NetWorld.Pair pair = world.connection(80);
    Traffic way = new Traffic(pair.client(), pair.server());
    for (int i = 0; i < 2000; i++) {
      way.sendSome(10_000);
      world.pass(1_000_000);
    }
    long buffers = 2 * world.faults.limit(FaultPlan.Limit.SOCKET_BUFFER);
    assertEquals(buffers, way.sent);
    assertEquals(-Errno.EAGAIN, way.sendSome(1));
    assertEquals(0, pair.client().poll(0, Posix.POLLOUT));
    // A day without a reader breaks nothing: the peer answers that it has no room.
    world.pass(86_400 * NetWorld.SECOND);
    for (int i = 0; i < 2000 && way.received < way.sent; i++) {
      way.receiveSome(10_000);
      world.pass(1_000_000);
    }
    assertEquals(way.sent, way.received);
    assertEquals(Posix.POLLOUT, pair.client().poll(0, Posix.POLLOUT));
  }

  @Test
  void bandwidthAndDelayAreThoseOfTheLink() throws IOException {
    NetWorld world = new NetWorld();
    NetWorld.Pair pair = world.connection(80);
    world.network.link(world.one, world.two).delay(10_000_000, 10_000_000).bandwidth(1_000_000);
    long begin = world.time.now();
    assertEquals(100_000, send(pair.client(), new byte[100_000]));
    assertNull(receive(pair.server(), 1));
    world.until(() -> NetWorld.ready(pair.server(), Posix.POLLIN));
    assertTrue(world.time.now() - begin >= 10_000_000);
    Traffic way = new Traffic(pair.client(), pair.server());
    int received = 0;
    while (received < 100_000) {
      byte[] bytes = receive(pair.server(), 100_000);
      received += bytes == null ? 0 : bytes.length;
      world.time.advance();
    }
    long took = world.time.now() - begin;
    assertTrue(took >= 100_000_000 && took < 150_000_000, () -> took + " ns");
    assertEquals(0, way.received);
  }

  @Test
  void aPartitionDelaysAndHealingDelivers() throws IOException {
    NetWorld world = new NetWorld();
    NetWorld.Pair pair = world.connection(80);
    world.network.partition(world.one, world.two);
    assertEquals(5, send(pair.client(), text("hello")));
    world.pass(10 * NetWorld.SECOND);
    assertNull(receive(pair.server(), 10));
    world.network.heal();
    world.until(() -> NetWorld.ready(pair.server(), Posix.POLLIN));
    assertArrayEquals(text("hello"), receive(pair.server(), 10));
  }

  @Test
  void aPartitionThatLastsTimesOut() throws IOException {
    NetWorld world = new NetWorld();
    NetWorld.Pair pair = world.connection(80);
    world.network.link(world.one, world.two).cut();
    send(pair.client(), text("hello"));
    world.until(() -> NetWorld.ready(pair.client(), Posix.POLLIN));
    assertEquals(-Errno.ETIMEDOUT, result(() -> send(pair.client(), text("x"))));
    assertEquals(-Errno.EPIPE, result(() -> send(pair.client(), text("x"))));
    assertTrue(world.time.now() > 600 * NetWorld.SECOND);
  }

  @Test
  void oneWayPartitionsLetTheOtherWayThrough() throws IOException {
    NetWorld world = new NetWorld();
    SocketObject there = world.udp(world.two, NetWorld.at(2, 9));
    SocketObject here = world.udp(world.one, NetWorld.at(1, 9));
    world.network.link(world.one, world.two).cut();
    NetWorld.sendTo(here, text("lost"), NetWorld.at(2, 9));
    NetWorld.sendTo(there, text("gets through"), NetWorld.at(1, 9));
    world.pass(NetWorld.SECOND);
    assertNull(receive(there, 100));
    assertArrayEquals(text("gets through"), receive(here, 100));
  }

  @Test
  void aCrashedHostAnswersWithAResetOnceItIsBack() throws IOException {
    NetWorld world = new NetWorld();
    NetWorld.Pair pair = world.connection(80);
    world.two.crash();
    assertEquals(-Errno.EIO, result(() -> send(pair.server(), text("x"))));
    world.pass(NetWorld.SECOND);
    assertNull(receive(pair.client(), 10));
    world.two.restart(null);
    world.pass(NetWorld.SECOND);
    // Nobody tells the client: a connection that is only half there looks like any other.
    assertNull(receive(pair.client(), 10));
    send(pair.client(), text("hello"));
    world.until(() -> NetWorld.ready(pair.client(), Posix.POLLIN));
    assertEquals(-Errno.ECONNRESET, result(() -> pair.client().read(buffers(), 0)));
    assertEquals(0, pair.client().read(buffers(), 0));
  }

  private static dev.xsc.sim.internal.Buffers buffers() {
    return dev.xsc.sim.internal.Buffers.of(java.lang.foreign.MemorySegment.ofArray(new byte[10]));
  }
}
