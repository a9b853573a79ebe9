// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.xsc.IoArena;
import dev.xsc.RingFailure;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.conformance.Conformance;
import dev.xsc.conformance.KernelUnderTest;
import dev.xsc.conformance.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** An {@link Xsc} on the kernel under test, an arena and a folder; every wait has a time limit. */
@ExtendWith(Conformance.class)
abstract class ApiTest {
  private static final long PATIENCE = KernelUnderTest.get().patience().toSeconds();

  @TempDir Path folder;
  Xsc xsc;
  IoArena arena;

  @BeforeEach
  void open() throws IOException {
    xsc = Xsc.open(options().build());
    arena = xsc.openArena();
  }

  @AfterEach
  void close() {
    xsc.close();
    assertEquals(0, xsc.stats().operations(), "operations under way after closing");
    arena.close();
  }

  /** Options of the kernel under test, checked mode on. */
  static XscOptions.Builder options() {
    return XscOptions.builder().ring(KernelUnderTest.get().options().build()).checked(true);
  }

  /** Runs on a virtual thread. */
  static <T> Future<T> go(Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread.startVirtualThread(task);
    return task;
  }

  /** The value, in time. */
  static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get(PATIENCE, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } catch (TimeoutException e) {
      return fail("no result in " + PATIENCE + " s: " + future);
    }
  }

  /** Waits until a condition holds. */
  static void until(BooleanSupplier condition) {
    long deadline = World.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (World.nanoTime() > deadline) {
        fail("condition does not come true in " + PATIENCE + " s");
      }
      World.sleep(Duration.ofMillis(1));
    }
  }

  /** Asserts a failure of this class with this error number. */
  static <T extends IOException> T assertFails(Class<T> type, int errno, Executable body) {
    T thrown = assertThrows(type, body);
    assertEquals(errno, assertInstanceOf(RingFailure.class, thrown).errno(), thrown::toString);
    return thrown;
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Two ends of one connection. */
  record Pair(RingSocket client, RingSocket server) {}

  /** Two connected sockets, closed with the Xsc. */
  Pair pair() throws Exception {
    try (RingServerSocket listener = xsc.listen(loopback(0))) {
      CompletableFuture<RingSocket> accepted = listener.acceptAsync();
      RingSocket client = xsc.connect(listener.localAddress());
      return new Pair(client, get(accepted));
    }
  }
}
