// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.bench.server.SocketServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Serves the files of a folder with HTTP/1.1 over rings. Thread-safe. */
public final class HttpServer implements AutoCloseable {
  /** How long a connection may be idle, and a request's head may take. */
  public static final Duration IDLE = Duration.ofSeconds(30);

  private static final int MAX_CONNECTIONS = 4096;

  private final Xsc xsc;
  private final StaticFiles files;
  private final Duration idle;
  private final HttpLog log;
  private final SocketServer server;

  /**
   * Starts it.
   *
   * @param idle how long a connection may be idle, and a request's head may take
   * @param log is given a line per request: method, target, status, bytes sent
   */
  @SuppressWarnings("this-escape") // the last thing done
  public HttpServer(
      Xsc xsc, SocketAddress address, Path folder, Duration idle, Consumer<String> log)
      throws IOException {
    this.xsc = xsc;
    this.files = new StaticFiles(xsc, folder);
    this.idle = idle;
    this.log = new HttpLog(log);
    this.server = SocketServer.start(xsc, address, MAX_CONNECTIONS, new Session());
  }

  private final class Session implements SocketServer.Session {
    @Override
    public void serve(RingSocket socket) throws IOException {
      new HttpConnection(xsc, socket, files, idle, log).serve();
    }

    @Override
    public void refuse(RingSocket socket) throws IOException {
      HttpConnection.refuse(socket);
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

  /** Requests answered so far. */
  public long requests() {
    return log.requests();
  }

  /** Bytes of bodies sent so far. */
  public long bytes() {
    return log.bytes();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
