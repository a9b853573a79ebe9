// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.CancelOutcome;
import dev.xsc.IoBuffer;
import dev.xsc.RingDatagramSocket;
import dev.xsc.RingFile;
import dev.xsc.RingFuture;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.ring.Errno;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SocketApiTest extends ApiTest {
  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void bytesArriveInOrderInBothDirections() throws Exception {
    Pair pair = pair();
    byte[] content = new byte[3_000_001];
    new Random(2).nextBytes(content);
    Future<byte[]> echoed =
        go(() -> {
          ByteBuffer all = ByteBuffer.allocate(content.length);
          pair.client().readFully(all);
          return all.array();
        });
    Future<Void> echo =
        go(() -> {
          IoBuffer buffer = arena.allocate(10_000);
          for (int n = pair.server().read(buffer); n > 0; n = pair.server().read(buffer)) {
            pair.server().writeFully(buffer.slice(0, n));
          }
          return null;
        });
    pair.client().writeFully(ByteBuffer.wrap(content));
    assertArrayEquals(content, get(echoed));
    pair.client().shutdownOutput();
    get(echo);
  }

  @Test
  void theEndOfTheStreamIsMinusOneAndFailsAFullRead() throws Exception {
    Pair pair = pair();
    pair.client().writeFully(bytes("ab"));
    pair.client().close();
    assertEquals(2, pair.server().read(ByteBuffer.allocate(2)));
    assertEquals(-1, pair.server().read(arena.allocate(1)));
    assertThrows(EOFException.class, () -> pair.server().readFully(arena.allocate(1)));
  }

  @Test
  void addressesAreThoseOfTheConnection() throws Exception {
    Pair pair = pair();
    assertEquals(pair.client().localAddress(), pair.server().remoteAddress());
    assertEquals(pair.server().localAddress(), pair.client().remoteAddress());
  }

  @Test
  void optionsAreKept() throws Exception {
    RingSocket socket = pair().client();
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    assertEquals(true, socket.getOption(StandardSocketOptions.TCP_NODELAY));
    socket.setOption(StandardSocketOptions.SO_LINGER, 3);
    assertEquals(3, socket.getOption(StandardSocketOptions.SO_LINGER));
    socket.setOption(StandardSocketOptions.SO_LINGER, -1);
    assertEquals(-1, socket.getOption(StandardSocketOptions.SO_LINGER));
    assertTrue(socket.getOption(StandardSocketOptions.SO_RCVBUF) > 0);
    assertThrows(
        UnsupportedOperationException.class,
        () -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
  }

  @Test
  void localSocketsConnectByPath() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s").toString());
    try (RingServerSocket server = xsc.listen(address)) {
      Future<RingSocket> accepted = go(server::accept);
      RingSocket client = xsc.connect(address);
      client.writeFully(bytes("over a path"));
      IoBuffer buffer = arena.allocate(11);
      get(accepted).readFully(buffer);
      assertEquals("over a path", buffer.getString(0, 11));
    }
  }

  @Test
  void nobodyListeningIsAConnectException() throws Exception {
    InetSocketAddress address;
    try (RingServerSocket server = xsc.listen(loopback(0))) {
      address = (InetSocketAddress) server.localAddress();
    }
    ConnectException e =
        assertFails(ConnectException.class, Errno.ECONNREFUSED, () -> xsc.connect(address));
    assertTrue(e.getMessage().contains(Integer.toString(address.getPort())), e::toString);
    assertFails(ConnectException.class, Errno.ECONNREFUSED, () -> get(xsc.connectAsync(address)));
  }

  @Test
  void anAddressInUseIsABindException() throws Exception {
    try (RingServerSocket server = xsc.listen(loopback(0))) {
      assertFails(
          BindException.class,
          Errno.EADDRINUSE,
          () -> xsc.listen((InetSocketAddress) server.localAddress()));
    }
  }

  @Test
  void aResetIsASocketException() throws Exception {
    Pair pair = pair();
    pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
    Future<Integer> reading = go(() -> pair.server().read(arena.allocate(1)));
    pair.client().close();
    assertFails(SocketException.class, Errno.ECONNRESET, () -> get(reading));
  }

  @Test
  void timeLimitsEndReadsAndAccepts() throws Exception {
    Pair pair = pair();
    pair.server().readTimeout(Duration.ofMillis(30));
    IoBuffer buffer = arena.allocate(4);
    assertFails(SocketTimeoutException.class, Errno.ETIMEDOUT, () -> pair.server().read(buffer));
    assertFails(
        SocketTimeoutException.class, Errno.ETIMEDOUT, () -> get(pair.server().readAsync(buffer)));
    pair.client().writeFully(bytes("late"));
    pair.server().readTimeout(Duration.ofSeconds(20));
    pair.server().readFully(buffer);
    assertEquals("late", buffer.getString(0, 4));
    try (RingServerSocket server = xsc.listen(loopback(0))) {
      server.acceptTimeout(Duration.ofMillis(30));
      assertFails(SocketTimeoutException.class, Errno.ETIMEDOUT, server::accept);
    }
  }

  @Test
  void acceptEachTakesEveryConnection() throws Exception {
    int count = 50;
    Queue<RingSocket> accepted = new ConcurrentLinkedQueue<>();
    try (RingServerSocket server = xsc.listen(loopback(0))) {
      RingFuture<?> accepting = server.acceptEach(accepted::add);
      for (int i = 0; i < count; i++) {
        try (RingSocket client = xsc.connect(server.localAddress())) {
          client.writeFully(bytes("x"));
        }
      }
      until(() -> accepted.size() == count);
      for (RingSocket socket : accepted) {
        socket.readFully(arena.allocate(1));
        socket.close();
      }
      accepting.cancel(true);
      assertThrows(CancellationException.class, () -> get(accepting));
    }
  }

  @Test
  void aFileIsSentWhole() throws Exception {
    byte[] content = new byte[1_500_000];
    new Random(3).nextBytes(content);
    Path path = Files.write(folder.resolve("file"), content);
    Pair pair = pair();
    Future<byte[]> received =
        go(() -> {
          ByteBuffer all = ByteBuffer.allocate(content.length - 10);
          pair.server().readFully(all);
          return all.array();
        });
    try (RingFile file = xsc.openFile(path)) {
      assertEquals(content.length - 10, file.transferTo(10, Long.MAX_VALUE, pair.client()));
      byte[] rest = new byte[content.length - 10];
      System.arraycopy(content, 10, rest, 0, rest.length);
      assertArrayEquals(rest, get(received));
      assertEquals(0, file.transferTo(0, 0, pair.client()));
      assertEquals(0, get(file.transferToAsync(content.length, 5, pair.client())));
    }
  }

  @Test
  void datagramsKeepTheirBoundsAndSenders() throws Exception {
    try (RingDatagramSocket a = xsc.bindDatagram(loopback(0));
        RingDatagramSocket b = xsc.bindDatagram(loopback(0))) {
      assertEquals(5, a.send(bytes("first"), b.localAddress()));
      assertEquals(6, get(a.sendAsync(bytes("second"), b.localAddress())));
      IoBuffer buffer = arena.allocate(5);
      RingDatagramSocket.Received first = b.receive(buffer);
      assertEquals(new RingDatagramSocket.Received(a.localAddress(), 5, false), first);
      assertEquals("first", buffer.getString(0, 5));
      RingDatagramSocket.Received second = get(b.receiveAsync(buffer));
      assertEquals(new RingDatagramSocket.Received(a.localAddress(), 5, true), second);
      assertEquals("secon", buffer.getString(0, 5));
      b.receiveTimeout(Duration.ofMillis(30));
      assertFails(SocketTimeoutException.class, Errno.ETIMEDOUT, () -> b.receive(buffer));
    }
  }

  @Test
  void timersRunOutOrAreCancelled() throws Exception {
    RingFuture<?> never = xsc.timer(Duration.ofDays(1000));
    get(xsc.timer(Duration.ofMillis(10)));
    xsc.sleep(Duration.ofMillis(1));
    assertFalse(never.isDone());
    never.cancel(false);
    assertThrows(CancellationException.class, () -> get(never));
    assertThrows(IllegalArgumentException.class, () -> xsc.timer(Duration.ofNanos(-1)));
  }

  @Test
  void acceptingThatIsCancelledHandsOverAllThatItHasAccepted() throws Exception {
    Queue<RingSocket> accepted = new ConcurrentLinkedQueue<>();
    List<RingSocket> clients = new ArrayList<>();
    RingServerSocket server = xsc.listen(loopback(0));
    RingFuture<Void> accepting = server.acceptEach(accepted::add);
    Future<CancelOutcome> cancelled = null;
    for (int i = 0; i < 40; i++) {
      clients.add(xsc.connect(server.localAddress()));
      if (i == 20) {
        cancelled = accepting.cancelOperation();
      }
    }
    get(cancelled);
    // Refuses those that are still queued.
    server.close();
    // An accepted one that nobody was given would keep its client waiting.
    for (RingSocket client : clients) {
      RingFuture<Integer> end = client.readAsync(arena.allocate(1));
      until(() -> {
        for (RingSocket socket = accepted.poll(); socket != null; socket = accepted.poll()) {
          close(socket);
        }
        return end.isDone();
      });
      client.close();
    }
  }

  private static void close(RingSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
