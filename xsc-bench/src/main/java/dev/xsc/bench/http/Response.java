// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A response: status, fields, body. */
final class Response implements AutoCloseable {
  private static final String SERVER = "xsc";

  private final Status status;
  private final Body body;
  private final Map<String, String> fields = new LinkedHashMap<>();

  Response(Status status, Body body) {
    this.status = status;
    this.body = body;
  }

  /** An error as a line of text. */
  static Response error(Status status, String detail) {
    String text = status + (detail.isEmpty() ? "" : ": " + detail) + "\n";
    return text(status, MediaTypes.TEXT, text);
  }

  static Response text(Status status, String type, String text) {
    return new Response(status, new Body.Bytes(text.getBytes(StandardCharsets.UTF_8)))
        .field("Content-Type", type);
  }

  Response field(String name, String value) {
    fields.put(name, value);
    return this;
  }

  Status status() {
    return status;
  }

  Body body() {
    return body;
  }

  /** The head, with the empty line at its end. */
  byte[] head(boolean keepAlive, Instant now) {
    StringBuilder head = new StringBuilder(256);
    line(head, "HTTP/1.1 " + status);
    line(head, "Date: " + HttpDate.format(now));
    line(head, "Server: " + SERVER);
    fields.forEach((name, value) -> line(head, name + ": " + value));
    // A 304 speaks of a body that it does not have.
    if (status != Status.NOT_MODIFIED) {
      line(head, "Content-Length: " + body.length());
      line(head, "X-Content-Type-Options: nosniff");
    }
    line(head, "Connection: " + (keepAlive ? "keep-alive" : "close"));
    line(head, "");
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void line(StringBuilder head, String line) {
    head.append(line).append("\r\n");
  }

  @Override
  public void close() throws IOException {
    if (body instanceof Body.Part part) {
      part.file().close();
    }
  }
}
