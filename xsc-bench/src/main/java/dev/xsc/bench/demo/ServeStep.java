// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import dev.xsc.Xsc;
import dev.xsc.bench.http.HttpServer;
import dev.xsc.bench.info.Effort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Serves a file over HTTP to a client in this process, through a ring and by other means. */
public final class ServeStep implements AutoCloseable {
  private final Xsc xsc;
  private final Path file;
  private final HttpServer ringServer;
  private final BlockingServer blockingServer;
  private final Download fromRing;
  private final Download fromBlocking;

  /** Starts both servers. */
  public ServeStep(Xsc xsc, Path file) throws IOException {
    this.xsc = xsc;
    this.file = file;
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is not a file");
    }
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ringServer = new HttpServer(xsc, any, folder, HttpServer.IDLE, _ -> {});
    blockingServer = new BlockingServer(file);
    String name = String.valueOf(file.getFileName());
    fromRing = new Download(ringServer.address(), name);
    fromBlocking = new Download(blockingServer.address(), name);
  }

  /**
   * Has the client get the file from the ring's server, and compares digests.
   *
   * @return the digest
   * @throws IOException if something else arrived
   */
  public String verify() throws IOException {
    MessageDigest arrived = Digests.begin();
    fromRing.run(arrived::update);
    String digest = Digests.end(arrived);
    String expected = Digests.of(file);
    if (!digest.equals(expected)) {
      throw new IOException("what arrived has the SHA-256 " + digest + ", the file " + expected);
    }
    return digest;
  }

  /** The ring first. */
  public List<Contender> contenders() {
    return List.of(
        new Contender("ring, " + xsc.kernel().id(), this::ring),
        new Contender("java.net.Socket", this::blocking));
  }

  private Sample ring() throws IOException {
    Effort before = Effort.of(xsc);
    long begun = System.nanoTime();
    long bytes = count(fromRing);
    long nanos = System.nanoTime() - begun;
    return new Sample(bytes, Effort.of(xsc).since(before), nanos);
  }

  private Sample blocking() throws IOException {
    long before = blockingServer.calls();
    long begun = System.nanoTime();
    long bytes = count(fromBlocking);
    long nanos = System.nanoTime() - begun;
    return Sample.ofCalls(bytes, blockingServer.calls() - before, nanos);
  }

  private static long count(Download download) throws IOException {
    LongAdder bytes = new LongAdder();
    download.run(buffer -> bytes.add(buffer.remaining()));
    return bytes.sum();
  }

  @Override
  public void close() throws IOException {
    fromRing.close();
    fromBlocking.close();
    blockingServer.close();
    ringServer.close();
  }
}
