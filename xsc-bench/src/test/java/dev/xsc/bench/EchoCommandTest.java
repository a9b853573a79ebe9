// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.KernelsHere.OnEachKernel;
import dev.xsc.bench.copy.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class EchoCommandTest {
  @OnEachKernel
  void everyClientGetsItsOwnBytesBack(String kernel) throws Exception {
    Running server = new Running("echo", "--kernel", kernel, "--port", "0");
    int port = server.port();
    List<Callable<Void>> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] sent = TestFiles.bytes(1000 * i);
      clients.add(() -> {
        talk(port, sent);
        return null;
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> client : threads.invokeAll(clients)) {
        client.get();
      }
    }
    Cli result = server.stop();
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("echoed 185.5 KiB on 20 connections"), result::toString);
    assertEquals("", result.err());
  }

  private static void talk(int port, byte[] sent) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      Thread writer =
          Thread.startVirtualThread(() -> {
            try {
              socket.getOutputStream().write(sent);
              socket.shutdownOutput();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertArrayEquals(sent, socket.getInputStream().readAllBytes());
      writer.join();
    }
  }

  @OnEachKernel
  void openConnectionsEndWithTheServer(String kernel) throws Exception {
    Running server = new Running("echo", "--kernel", kernel, "--port", "0");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(42);
      assertEquals(42, socket.getInputStream().read());
      assertEquals(0, server.stop().exit());
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @OnEachKernel
  void aPortInUseIsAFailure(String kernel) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Cli result =
          Cli.run("echo", "--kernel", kernel, "--port", String.valueOf(other.getLocalPort()));
      assertEquals(1, result.exit(), result::toString);
      assertTrue(result.err().contains("in use"), result::toString);
      assertEquals(1, result.err().lines().count(), result::toString);
    }
  }
}
