// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

/** Stack traces without the frames of the machinery that runs tests. */
final class StackTrace {
  private static final List<String> MACHINERY =
      List.of(
          "org.junit.",
          "net.jqwik.",
          "java.base/jdk.internal.reflect.",
          "java.base/java.lang.reflect.");

  private StackTrace() {}

  /** At most this many lines. */
  static List<String> lines(Throwable failure, int limit) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    Stream<String> lines = text.toString().lines().filter(StackTrace::matters);
    return lines.limit(limit).map(line -> line.replace("\t", "    ")).toList();
  }

  private static boolean matters(String line) {
    String frame = line.strip();
    return !frame.startsWith("at ")
        || MACHINERY.stream().noneMatch(name -> frame.startsWith(name, 3));
  }
}
