// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import static dev.xsc.sim.internal.net.NetWorld.receive;
import static dev.xsc.sim.internal.net.NetWorld.result;
import static dev.xsc.sim.internal.net.NetWorld.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.Network.Pipe;
import dev.xsc.sim.internal.Pollable;
import dev.xsc.sim.internal.SocketObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Local sockets and pipes. */
class LocalStreamsTest {
  private static final UnixDomainSocketAddress NAME = UnixDomainSocketAddress.of("/socket");
  private static final byte[] HELLO = {1, 2, 3, 4, 5};

  private final NetWorld world = new NetWorld();

  private static SocketObject socket(NetWorld world) throws IOException {
    return world.one.socket(SockAddr.AF_UNIX, Posix.SOCK_STREAM, 0);
  }

  private static SocketObject listener(NetWorld world, int backlog) throws IOException {
    SocketObject socket = socket(world);
    socket.bind(NAME);
    socket.listen(backlog);
    return socket;
  }

  private static NetWorld.Pair pair(NetWorld world) throws IOException {
    SocketObject listener = listener(world, 1);
    SocketObject client = socket(world);
    assertEquals(0, client.connect(NAME, false));
    return new NetWorld.Pair(client, NetWorld.assertNotNullAccepted(listener.accept()));
  }

  @Property(tries = 200)
  void bytesComeInOrderWhateverTheLengths(@ForAll long seed, @ForAll boolean asPipe)
      throws IOException {
    FaultPlan plan =
        FaultPlan.NONE.with(Fault.NET_SHORT_SEND, 0.3).with(Fault.NET_SHORT_RECEIVE, 0.3);
    NetWorld own = new NetWorld(seed, plan);
    Random random = new Random(seed);
    NetWorld.Pair sockets = pair(own);
    Pipe pipe = asPipe ? own.one.pipe() : new Pipe(sockets.server(), sockets.client());
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[1 + random.nextInt(30_000)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        int n = send(pipe.sink(), bytes);
        if (n > 0) {
          sent.write(bytes, 0, n);
        } else {
          assertEquals(-Errno.EAGAIN, n);
        }
      } else {
        byte[] got = receive(pipe.source(), bytes.length);
        received.writeBytes(got == null ? new byte[0] : got);
      }
    }
    pipe.sink().close();
    for (byte[] got = receive(pipe.source(), 9999); got != null && got.length > 0; ) {
      received.writeBytes(got);
      got = receive(pipe.source(), 9999);
    }
    assertArrayEquals(sent.toByteArray(), received.toByteArray());
  }

  @Test
  void aPathInUseOrMissingIsRefused() throws IOException {
    SocketObject client = socket(world);
    assertEquals(-Errno.ENOENT, result(() -> client.connect(NAME, false)));
    SocketObject listener = listener(world, 1);
    assertEquals(
        -Errno.EADDRINUSE,
        result(() -> {
          socket(world).bind(NAME);
          return 0;
        }));
    listener.close();
    assertEquals(-Errno.ECONNREFUSED, result(() -> client.connect(NAME, false)));
  }

  @Test
  void closingWithUnreadDataResetsThePeer() throws IOException {
    NetWorld.Pair pair = pair(world);
    send(pair.client(), HELLO);
    pair.server().close();
    assertEquals(-Errno.ECONNRESET, result(() -> receive(pair.client(), 1).length));
    assertEquals(0, receive(pair.client(), 1).length);
    assertEquals(-Errno.EPIPE, result(() -> send(pair.client(), HELLO)));
  }

  @Test
  void aFullQueueMakesOthersWaitForAnAccept() throws IOException {
    SocketObject listener = listener(world, 0);
    List<SocketObject> clients = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      clients.add(socket(world));
    }
    assertEquals(0, clients.get(0).connect(NAME, false));
    assertEquals(-Errno.EAGAIN, clients.get(1).connect(NAME, false));
    assertEquals(0, clients.get(1).poll(0, Posix.POLLOUT));
    int[] announced = {0};
    ((UnixSocket) clients.get(1)).watch(events -> announced[0] |= events);
    NetWorld.assertNotNullAccepted(listener.accept());
    assertEquals(Posix.POLLOUT, announced[0]);
    assertEquals(0, clients.get(1).connect(NAME, true));
  }

  @Test
  void aPipeHoldsSixtyFourKilobytesAndKeepsSmallWritesWhole() throws IOException {
    Pipe pipe = world.one.pipe();
    assertEquals(65_536, send(pipe.sink(), new byte[100_000]));
    assertEquals(-Errno.EAGAIN, send(pipe.sink(), HELLO));
    assertEquals(0, ((Pollable) pipe.sink()).poll(0, Posix.POLLOUT));
    assertEquals(3, receive(pipe.source(), 3).length);
    assertEquals(-Errno.EAGAIN, send(pipe.sink(), HELLO));
    assertEquals(2, receive(pipe.source(), 2).length);
    assertEquals(5, send(pipe.sink(), HELLO));
  }

  @Test
  void theEndsOfAPipeTellWhenTheOtherIsGone() throws IOException {
    Pipe pipe = world.one.pipe();
    send(pipe.sink(), HELLO);
    pipe.sink().close();
    assertEquals(Posix.POLLIN | Posix.POLLHUP, ((Pollable) pipe.source()).poll(0, Posix.POLLIN));
    assertArrayEquals(HELLO, receive(pipe.source(), 10));
    assertEquals(0, receive(pipe.source(), 10).length);
    Pipe broken = world.one.pipe();
    assertNull(receive(broken.source(), 10));
    broken.source().close();
    assertEquals(-Errno.EPIPE, result(() -> send(broken.sink(), HELLO)));
    assertEquals(Posix.POLLERR, ((Pollable) broken.sink()).poll(0, 0));
  }

  @Test
  void peekingLeavesTheBytes() throws IOException {
    NetWorld.Pair pair = pair(world);
    send(pair.client(), HELLO);
    byte[] seen = new byte[3];
    var buffers = dev.xsc.sim.internal.Buffers.of(java.lang.foreign.MemorySegment.ofArray(seen));
    assertEquals(3, pair.server().receive(buffers, 0, Posix.MSG_PEEK, null));
    assertArrayEquals(Arrays.copyOf(HELLO, 3), seen);
    assertArrayEquals(HELLO, receive(pair.server(), 10));
  }
}
