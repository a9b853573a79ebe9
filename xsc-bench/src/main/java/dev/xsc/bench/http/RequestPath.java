// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The path of a request target, decoded: names without any slash, of which none is {@code .} or
 * {@code ..}.
 *
 * @param names from the root down
 * @param directory whether it ends with a slash
 */
record RequestPath(List<String> names, boolean directory) {
  private static final String UNRESERVED = "-._~!$&'()*+,;=:@";

  static RequestPath parse(String target) throws RefusedException {
    String path = path(target);
    List<String> names = new ArrayList<>();
    String[] segments = path.split("/", -1);
    for (String segment : segments) {
      String name = decode(segment);
      if (name.equals("..") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
        throw new RefusedException(Status.BAD_REQUEST, "path leads outside");
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    String last = segments[segments.length - 1];
    return new RequestPath(names, last.isEmpty() || last.equals("."));
  }

  /** From {@code /a/b?c} or {@code http://host/a/b?c}. */
  private static String path(String target) throws RefusedException {
    String rest = target;
    if (!rest.startsWith("/")) {
      int authority = rest.indexOf("://");
      if (authority < 0) {
        throw new RefusedException(Status.BAD_REQUEST, "malformed request target");
      }
      int slash = rest.indexOf('/', authority + 3);
      rest = slash < 0 ? "/" : rest.substring(slash);
    }
    int query = rest.indexOf('?');
    String path = query < 0 ? rest : rest.substring(0, query);
    if (path.indexOf('#') >= 0) {
      throw new RefusedException(Status.BAD_REQUEST, "fragment in the request target");
    }
    return path;
  }

  private static String decode(String segment) throws RefusedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c != '%') {
        bytes.write(c);
        continue;
      }
      int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(segment.charAt(i + 2), 16);
      if (low < 0) {
        throw new RefusedException(Status.BAD_REQUEST, "malformed percent-encoding");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new RefusedException(Status.BAD_REQUEST, "path is not UTF-8");
    }
  }

  /** A name as it is written in a link. */
  static String encode(String name) {
    StringBuilder link = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
        link.append(c);
      } else {
        link.append(String.format("%%%02X", (int) c));
      }
    }
    return link.toString();
  }

  /** The path as it is written in a link, from the root, with a slash at the end. */
  String asDirectoryLink() {
    StringBuilder link = new StringBuilder("/");
    names.forEach(name -> link.append(encode(name)).append('/'));
    return link.toString();
  }

  /** The path for people. */
  @Override
  public String toString() {
    return "/" + String.join("/", names);
  }
}
