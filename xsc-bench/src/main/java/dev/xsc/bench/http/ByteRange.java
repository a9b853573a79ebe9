// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file, as a {@code Range} field asks for it (RFC 9110, section 14).
 *
 * @param first byte
 * @param last byte, the file's last at most
 */
record ByteRange(long first, long last) {
  private static final String UNIT = "bytes=";
  private static final Pattern RANGE = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

  /**
   * Reads the field.
   *
   * @param field null if absent
   * @return empty for the whole file: no range, a malformed one, or several, which this server does
   *     not give
   * @throws RefusedException if no byte of the file is in the range
   */
  static Optional<ByteRange> parse(@Nullable String field, long size) throws RefusedException {
    if (field == null || !field.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
      return Optional.empty();
    }
    Matcher matcher = RANGE.matcher(field.substring(UNIT.length()).strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String from = matcher.group(1);
    String to = matcher.group(2);
    if (from.isEmpty() && to.isEmpty()) {
      return Optional.empty();
    }
    if (from.isEmpty()) {
      return Optional.of(suffix(Long.parseLong(to), size));
    }
    long first = Long.parseLong(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
    if (last < first) {
      return Optional.empty();
    }
    if (first >= size) {
      throw unsatisfiable(size);
    }
    return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
  }

  private static ByteRange suffix(long length, long size) throws RefusedException {
    if (length == 0 || size == 0) {
      throw unsatisfiable(size);
    }
    return new ByteRange(Math.max(0, size - length), size - 1);
  }

  private static RefusedException unsatisfiable(long size) {
    return new RefusedException(Status.RANGE_NOT_SATISFIABLE, "the file has " + size + " bytes");
  }

  long length() {
    return last - first + 1;
  }
}
