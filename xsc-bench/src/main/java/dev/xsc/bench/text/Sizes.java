// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.text;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes, times and rates as people write them. */
public final class Sizes {
  private static final String UNITS = "KMGTPE";
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,18})\\s*([KMGT]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);
  private static final double NANOS_PER_SECOND = 1e9;

  private Sizes() {}

  /** As in {@code 512 B}, {@code 256 KiB} or {@code 1.5 MiB}. */
  public static String bytes(long count) {
    return scaled((double) count);
  }

  /** As in {@code 1.5 GiB/s}. */
  public static String rate(long bytes, long nanos) {
    return scaled(bytes * NANOS_PER_SECOND / Math.max(nanos, 1)) + "/s";
  }

  private static String scaled(double bytes) {
    if (bytes < 1024) {
      return format("%.0f B", bytes);
    }
    double value = bytes;
    int unit = -1;
    // Until what is printed, which is rounded, has at most four digits before the point.
    while (value >= 1023.95 && unit < UNITS.length() - 1) {
      value /= 1024;
      unit++;
    }
    String pattern = value == Math.rint(value) ? "%.0f %ciB" : "%.1f %ciB";
    return format(pattern, value, UNITS.charAt(unit));
  }

  /** As in {@code 0.123 s} or {@code 12.3 s}. */
  public static String time(long nanos) {
    double seconds = nanos / NANOS_PER_SECOND;
    return format(seconds < 10 ? "%.3f s" : "%.1f s", seconds);
  }

  /** As in {@code 1,234,567}. */
  public static String count(long value) {
    return format("%,d", value);
  }

  /** As in {@code 1 file} or {@code 1,234 files}. */
  public static String count(long value, String noun) {
    return count(value) + " " + noun + (value == 1 ? "" : "s");
  }

  /** As in {@code 0.125}; {@code -} where nothing was done. */
  public static String perOperation(long part, long operations) {
    return operations == 0 ? "-" : format("%.3f", (double) part / operations);
  }

  /** With these {@link java.util.Formatter} conversions, the same in every locale. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  public static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /**
   * Reads {@code 4096}, {@code 256K}, {@code 1M} or {@code 1MiB}; units are powers of 1024.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static long parse(String text) {
    Matcher matcher = SIZE.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size: write a whole number, then K, M, G or T if you like");
    }
    long value = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2).toUpperCase(Locale.ROOT);
    int shift = unit.isEmpty() ? 0 : 10 * (UNITS.indexOf(unit) + 1);
    if (value > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("'" + text + "' is too large");
    }
    return value << shift;
  }
}
