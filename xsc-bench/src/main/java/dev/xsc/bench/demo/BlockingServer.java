// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the ring's server is compared with: a plain server with a thread per connection and blocking
 * sockets, which answers every request with one file.
 */
final class BlockingServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.xsc.bench");

  /** The most that a socket of java.net hands to the kernel in one call. */
  static final int BLOCK = 128 << 10;

  private final Path file;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final LongAdder calls = new LongAdder();

  BlockingServer(Path file) throws IOException {
    this.file = file;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("blocking-accept").start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  /** Reads and writes so far, each of which is a system call or more. */
  long calls() {
    return calls.sum();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        open.add(socket);
        Thread.ofPlatform().daemon().name("blocking-serve").start(() -> serve(socket));
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "accepting ends", e);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      byte[] buffer = new byte[BLOCK];
      while (readHead(socket.getInputStream(), buffer)) {
        answer(socket.getOutputStream(), buffer);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "connection ends", e);
    } finally {
      open.remove(socket);
    }
  }

  /** Clients of the demo send a short head and nothing else. */
  private boolean readHead(InputStream in, byte[] buffer) throws IOException {
    int filled = 0;
    while (filled < 4
        || !new String(buffer, filled - 4, 4, StandardCharsets.ISO_8859_1).equals("\r\n\r\n")) {
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read <= 0) {
        return false;
      }
      calls.increment();
      filled += read;
    }
    return true;
  }

  private void answer(OutputStream out, byte[] buffer) throws IOException {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + Files.size(file) + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    calls.increment();
    try (InputStream in = Files.newInputStream(file)) {
      int read;
      while ((read = in.read(buffer)) >= 0) {
        out.write(buffer, 0, read);
        calls.add(2);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
