// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

/** Serves one connection, request after request. For one thread. */
final class HttpConnection {
  private static final Logger LOG = System.getLogger("dev.xsc.bench");
  private static final int MAX_HEAD = 8 << 10;
  private static final Duration WRITE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration FAREWELL = Duration.ofSeconds(1);
  private static final int MAX_UNREAD = 256 << 10;

  private final Xsc xsc;
  private final RingSocket socket;
  private final StaticFiles files;
  private final Duration idle;
  private final HttpLog log;

  HttpConnection(Xsc xsc, RingSocket socket, StaticFiles files, Duration idle, HttpLog log) {
    this.xsc = xsc;
    this.socket = socket;
    this.files = files;
    this.idle = idle;
    this.log = log;
  }

  void serve() throws IOException {
    // Else the second part of a response would wait until the client acknowledges the first.
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.writeTimeout(WRITE_PATIENCE);
    try (IoArena arena = xsc.openArena()) {
      IoBuffer buffer = arena.allocate(MAX_HEAD);
      HeadReader heads = new HeadReader(socket, buffer, idle);
      while (serveNext(heads)) {
        // Until client or server wants no more.
      }
      sayGoodbye(buffer);
    }
  }

  /** Turns the client away. */
  static void refuse(RingSocket socket) throws IOException {
    byte[] head = Response.error(Status.SERVICE_UNAVAILABLE, "").head(false, Instant.now());
    socket.writeTimeout(FAREWELL);
    socket.writeFully(ByteBuffer.wrap(head));
  }

  private boolean serveNext(HeadReader heads) throws IOException {
    Request request;
    try {
      String head = heads.next();
      if (head == null) {
        return false;
      }
      request = Request.parse(head);
    } catch (RefusedException e) {
      send("-", "-", Response.error(e.status(), String.valueOf(e.getMessage())), true, false);
      return false;
    }
    // A body would have to be read first, lest it be taken for the next request.
    boolean keepAlive = request.keepsAlive() && !request.hasBody();
    boolean withBody = !request.method().equals("HEAD");
    try (Response response = answer(request)) {
      return send(request.method(), request.target(), response, withBody, keepAlive);
    }
  }

  private Response answer(Request request) {
    try {
      return files.answer(request);
    } catch (RefusedException e) {
      return Response.error(e.status(), String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, request.method() + " " + request.target() + " failed", e);
      return Response.error(Status.INTERNAL_SERVER_ERROR, "");
    }
  }

  /** Returns whether the connection can go on. */
  private boolean send(
      String method, String target, Response response, boolean withBody, boolean keepAlive)
      throws IOException {
    byte[] head = response.head(keepAlive, Instant.now());
    Body body = withBody ? response.body() : new Body.None();
    long sent =
        switch (body) {
          case Body.None _ -> write(head);
          case Body.Bytes text -> write(join(head, text.bytes())) - head.length;
          case Body.Part part -> {
            write(head);
            yield part.file().transferTo(part.position(), part.length(), socket);
          }
        };
    log.served(method, target, response.status(), body instanceof Body.None ? 0 : sent);
    // A file that has shrunk on the way leaves the client waiting for the rest.
    return keepAlive && (body instanceof Body.None || sent == body.length());
  }

  private long write(byte[] bytes) throws IOException {
    socket.writeFully(ByteBuffer.wrap(bytes));
    return bytes.length;
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /**
   * Ends the connection so that the client gets the last response: closing with unread bytes would
   * reset it.
   */
  private void sayGoodbye(IoBuffer buffer) throws IOException {
    socket.shutdownOutput();
    long deadline = System.nanoTime() + FAREWELL.toNanos();
    int unread = 0;
    int read = 0;
    try {
      while (read >= 0 && unread < MAX_UNREAD) {
        unread += read;
        socket.readTimeout(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        read = socket.read(buffer);
      }
    } catch (SocketTimeoutException e) {
      LOG.log(Level.DEBUG, "client does not close", e);
    }
  }
}
