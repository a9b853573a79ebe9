// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.server;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** Sends every byte back to where it came from. Thread-safe. */
public final class EchoServer implements AutoCloseable {
  private static final int BUFFER = 16 << 10;
  private static final int MAX_CONNECTIONS = 10_000;

  private final Xsc xsc;
  private final LongAdder bytes = new LongAdder();
  private final SocketServer server;

  /** Starts it. */
  @SuppressWarnings("this-escape") // the last thing done
  public EchoServer(Xsc xsc, SocketAddress address) throws IOException {
    this.xsc = xsc;
    this.server = SocketServer.start(xsc, address, MAX_CONNECTIONS, this::echo);
  }

  private void echo(RingSocket socket) throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    try (IoArena arena = xsc.openArena()) {
      IoBuffer buffer = arena.allocate(BUFFER);
      int read;
      while ((read = socket.read(buffer)) >= 0) {
        socket.writeFully(buffer.slice(0, read));
        bytes.add(read);
      }
    }
  }

  /** The address that it listens on. */
  public InetSocketAddress address() throws IOException {
    return server.address();
  }

  /** Completes when this is closed; fails if no more connections can be accepted. */
  public CompletableFuture<Void> ended() {
    return server.ended();
  }

  /** Connections accepted so far. */
  public long connections() {
    return server.accepted();
  }

  /** Bytes sent back so far. */
  public long bytes() {
    return bytes.sum();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
