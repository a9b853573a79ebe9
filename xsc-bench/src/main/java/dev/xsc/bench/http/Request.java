// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request (RFC 9112), read strictly: what is ambiguous is refused.
 *
 * @param method as sent
 * @param target as sent
 * @param minorVersion of HTTP/1
 * @param fields by their names in lower case
 */
record Request(String method, String target, int minorVersion, Map<String, List<String>> fields) {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern VERSION = Pattern.compile("HTTP/\\d\\.\\d");
  private static final String MAJOR_VERSION = "HTTP/1.";
  private static final String HOST = "host";

  /**
   * Reads a head.
   *
   * @param head in ISO 8859-1, from the request line to the last field, empty line excluded
   */
  static Request parse(String head) throws RefusedException {
    String[] lines = head.split("\r\n", -1);
    for (String line : lines) {
      if (!line.chars().allMatch(c -> (c >= ' ' && c != 0x7f) || c == '\t')) {
        throw bad("control character in the head");
      }
    }
    String[] first = lines[0].split(" ", -1);
    if (first.length != 3 || !TOKEN.matcher(first[0]).matches() || first[1].isEmpty()) {
      throw bad("malformed request line");
    }
    if (!VERSION.matcher(first[2]).matches()) {
      throw bad("malformed version");
    }
    if (!first[2].startsWith(MAJOR_VERSION)) {
      throw new RefusedException(Status.VERSION_NOT_SUPPORTED, "only HTTP/1.1 and HTTP/1.0");
    }
    int minor = first[2].charAt(MAJOR_VERSION.length()) - '0';
    Request request = new Request(first[0], first[1], minor, fields(lines));
    int hosts = request.fields.getOrDefault(HOST, List.of()).size();
    if (hosts > 1 || (hosts == 0 && minor >= 1)) {
      throw bad("exactly one Host is needed");
    }
    return request;
  }

  private static Map<String, List<String>> fields(String[] lines) throws RefusedException {
    Map<String, List<String>> fields = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      // A space before the colon, or at the start of a line, has been the way into many a server.
      if (colon < 0 || !TOKEN.matcher(lines[i].substring(0, colon)).matches()) {
        throw bad("malformed header field");
      }
      fields
          .computeIfAbsent(
              lines[i].substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(lines[i].substring(colon + 1).strip());
    }
    return fields;
  }

  /** The field's value; null if it is absent or there are several. */
  @Nullable String field(String name) {
    List<String> values = fields.getOrDefault(name, List.of());
    return values.size() == 1 ? values.getFirst() : null;
  }

  /** Whether a body follows, which this server has no use for and does not read. */
  boolean hasBody() {
    return fields.containsKey("transfer-encoding")
        || fields.getOrDefault("content-length", List.of()).stream()
            .anyMatch(value -> !value.equals("0"));
  }

  /** Whether the client wants to send more requests on this connection. */
  boolean keepsAlive() {
    return minorVersion >= 1 ? !connectionSays("close") : connectionSays("keep-alive");
  }

  private boolean connectionSays(String option) {
    return fields.getOrDefault("connection", List.of()).stream()
        .flatMap(value -> Pattern.compile(",").splitAsStream(value))
        .anyMatch(value -> value.strip().equalsIgnoreCase(option));
  }

  private static RefusedException bad(String detail) {
    return new RefusedException(Status.BAD_REQUEST, detail);
  }
}
