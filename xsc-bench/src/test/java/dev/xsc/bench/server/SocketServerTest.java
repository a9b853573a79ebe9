// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.bench.KernelsHere;
import dev.xsc.bench.KernelsHere.OnEachKernel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class SocketServerTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static Socket connect(SocketServer server) throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  @OnEachKernel
  void connectionsBeyondTheLimitAreRefused(String kernel) throws Exception {
    SocketServer.Session session =
        new SocketServer.Session() {
          @Override
          public void serve(RingSocket socket) throws IOException {
            socket.writeFully(ByteBuffer.wrap(new byte[] {1}));
            socket.read(ByteBuffer.allocate(1));
          }

          @Override
          public void refuse(RingSocket socket) throws IOException {
            socket.writeFully(ByteBuffer.wrap(new byte[] {2}));
          }
        };
    try (Xsc xsc = KernelsHere.open(kernel);
        SocketServer server = SocketServer.start(xsc, ANY, 1, session)) {
      try (Socket first = connect(server)) {
        assertEquals(1, first.getInputStream().read());
        try (Socket second = connect(server)) {
          assertEquals(2, second.getInputStream().read());
          assertEquals(-1, second.getInputStream().read());
        }
        first.shutdownOutput();
        assertEquals(-1, first.getInputStream().read());
      }
      assertEquals(1, server.accepted());
      assertEquals(1, server.refused());
      assertEquals(0, server.failed());
    }
  }

  @OnEachKernel
  void aDefectOfOneSessionIsNotTheEndOfOthers(String kernel) throws Exception {
    SocketServer.Session session =
        socket -> {
          ByteBuffer one = ByteBuffer.allocate(1);
          socket.readFully(one);
          if (one.get(0) == 0) {
            throw new IOException("for the test");
          }
          socket.writeFully(one.flip());
        };
    try (Xsc xsc = KernelsHere.open(kernel);
        SocketServer server = SocketServer.start(xsc, ANY, 10, session)) {
      try (Socket bad = connect(server);
          Socket good = connect(server)) {
        bad.getOutputStream().write(0);
        assertEquals(-1, bad.getInputStream().read());
        good.getOutputStream().write(7);
        assertEquals(7, good.getInputStream().read());
      }
      assertFalse(server.ended().isDone());
    }
  }

  @OnEachKernel
  void closingLetsASessionFinish(String kernel) throws Exception {
    CountDownLatch inTheMiddle = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    SocketServer.Session session =
        socket -> {
          inTheMiddle.countDown();
          // Returns when the server closes, since the client says nothing.
          assertEquals(-1, socket.read(ByteBuffer.allocate(1)));
          socket.writeFully(ByteBuffer.wrap(new byte[] {42}));
          closing.countDown();
        };
    try (Xsc xsc = KernelsHere.open(kernel)) {
      SocketServer server = SocketServer.start(xsc, ANY, 10, session);
      try (Socket client = connect(server)) {
        assertTrue(inTheMiddle.await(60, TimeUnit.SECONDS));
        server.close();
        assertEquals(42, client.getInputStream().read());
        assertEquals(-1, client.getInputStream().read());
      }
      assertTrue(closing.await(60, TimeUnit.SECONDS));
      assertTrue(server.ended().isDone());
      assertEquals(0, server.failed());
    }
  }

  @OnEachKernel
  void closingEndsASessionThatDoesNotFinish(String kernel) throws Exception {
    SocketServer.Session stubborn =
        socket -> {
          while (true) {
            socket.writeFully(ByteBuffer.allocate(1 << 16)); // nobody reads it
          }
        };
    try (Xsc xsc = KernelsHere.open(kernel)) {
      SocketServer server = SocketServer.start(xsc, ANY, 10, stubborn);
      try (Socket client = connect(server)) {
        assertEquals(0, client.getInputStream().read());
        server.close();
      }
      assertTrue(server.ended().isDone());
    }
  }
}
