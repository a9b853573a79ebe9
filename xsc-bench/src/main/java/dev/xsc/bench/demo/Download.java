// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** A real client: java.net.http, on one connection that is kept alive. */
final class Download implements AutoCloseable {
  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI uri;

  Download(InetSocketAddress server, String name) {
    this.uri = URI.create("http://127.0.0.1:" + server.getPort() + "/" + name);
  }

  /**
   * Gets the file.
   *
   * @param sink is given its bytes, in order
   */
  void run(Consumer<ByteBuffer> sink) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    try {
      HttpResponse<Void> response =
          client.send(request, HttpResponse.BodyHandlers.fromSubscriber(new Sink(sink)));
      if (response.statusCode() != OK) {
        throw new IOException(uri + " answered with status " + response.statusCode());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private record Sink(Consumer<ByteBuffer> sink) implements Flow.Subscriber<List<ByteBuffer>> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
      item.forEach(sink);
    }

    @Override
    public void onError(Throwable failure) {
      // The client throws it.
    }

    @Override
    public void onComplete() {}
  }

  @Override
  public void close() {
    client.close();
  }
}
