// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.ring.KernelKind;
import dev.xsc.sim.Fault.Group;
import dev.xsc.sim.Search;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.Simulation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** A connection that is lost between one who gives it back and one who gives up. */
class ConnectionPoolTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** A kind of pool. */
  @FunctionalInterface
  private interface Opening {
    ConnectionPool open(Xsc xsc, InetSocketAddress server, int size) throws IOException;
  }

  private static void serve(Xsc xsc, RingServerSocket listener, int connections)
      throws IOException {
    for (int i = 0; i < connections; i++) {
      RingSocket peer = listener.accept();
      Thread.startVirtualThread(() -> echo(xsc, peer));
    }
  }

  private static void echo(Xsc xsc, RingSocket peer) {
    try (IoArena arena = xsc.openArena();
        peer) {
      IoBuffer buffer = arena.allocate(Long.BYTES);
      while (peer.read(buffer) == Long.BYTES) {
        peer.writeFully(buffer);
      }
    } catch (IOException _) {
      // The client, or all of it, has gone.
    }
  }

  /** What any test would do: connections come and go, somebody waits, somebody waits in vain. */
  private static void takeAndGiveBack(Opening kind) throws Exception {
    try (Xsc xsc = Xsc.open(XscOptions.builder().kernel(KernelKind.SIMULATOR).build());
        RingServerSocket listener =
            xsc.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      Thread server = Thread.startVirtualThread(() -> assertServes(xsc, listener));
      try (ConnectionPool pool = kind.open(xsc, (InetSocketAddress) listener.localAddress(), 1)) {
        server.join();
        ConnectionPool.Connection only = pool.take(LONG);
        assertEquals(5, only.ask(5));
        assertThrows(TimeoutException.class, () -> pool.take(Duration.ofMillis(5)));
        pool.giveBack(only);
        ConnectionPool.Connection again = pool.take(LONG);
        CompletableFuture<ConnectionPool.Connection> next = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
          try {
            next.complete(pool.take(LONG));
          } catch (TimeoutException e) {
            next.completeExceptionally(e);
          }
        });
        pool.giveBack(again);
        pool.giveBack(next.join());
        assertEquals(1, pool.idle());
      }
    }
  }

  private static void assertServes(Xsc xsc, RingServerSocket listener) {
    try {
      serve(xsc, listener, 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anOrdinaryTestPassesOnTheFixedPool() throws Exception {
    takeAndGiveBack(ConnectionPool::new);
  }

  @Test
  void anOrdinaryTestMissesTheBug() throws Exception {
    takeAndGiveBack(ConnectionPool.Leaky::new);
  }

  private static final int SIZE = 2;
  private static final int USERS = 4;
  private static final int ROUNDS = 5;

  /** More users than connections, some of them impatient: in the end, all must be back. */
  private static void manyUsers(Simulation simulation, Opening kind) throws Exception {
    SimHost server = simulation.host("server");
    SimHost client = simulation.host("client");
    InetSocketAddress address = new InetSocketAddress(server.address(), 7);
    CompletableFuture<Boolean> listening = new CompletableFuture<>();
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    var _ =
        server.start(
            "server",
            () -> {
              try (Xsc xsc = Xsc.open(server.xsc().build());
                  RingServerSocket listener = xsc.listen(address)) {
                listening.complete(true);
                serve(xsc, listener, SIZE);
                return over.join();
              }
            });
    listening.join();
    client.run(_ -> {
      try (Xsc xsc = Xsc.open(client.xsc().build());
          ConnectionPool pool = kind.open(xsc, address, SIZE)) {
        List<CompletableFuture<Boolean>> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
          users.add(client.start("user-" + i, () -> use(simulation, pool)));
        }
        users.forEach(CompletableFuture::join);
        if (pool.idle() != SIZE) {
          throw new AssertionError(pool.idle() + " connections are left of " + SIZE);
        }
      }
    });
    over.complete(true);
  }

  private static boolean use(Simulation simulation, ConnectionPool pool) throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      try {
        ConnectionPool.Connection connection =
            pool.take(Duration.ofNanos(200_000 + simulation.choose(3_000_000)));
        assertEquals(i, connection.ask(i));
        pool.giveBack(connection);
      } catch (TimeoutException _) {
        simulation.note("user", "gave up");
      }
    }
    return true;
  }

  private static Search search(Opening kind) {
    return Search.of(simulation -> manyUsers(simulation, kind)).swarm(Group.THREADS);
  }

  @Test
  void theSimulatorFindsTheBugWithin50Seeds() {
    Found.traceHas(
        Found.by(search(ConnectionPool.Leaky::new).seeds(0, 50), "connections are left of"),
        "gave up");
  }

  @Test
  void theFixedPoolKeepsItsConnectionsIn500Seeds() {
    assertEquals(500, search(ConnectionPool::new).seeds(0, 500).run());
  }
}
