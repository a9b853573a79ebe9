// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts requests, and gives a line for each to whoever wants it. Thread-safe. */
final class HttpLog {
  private final Consumer<String> lines;
  private final LongAdder requests = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  HttpLog(Consumer<String> lines) {
    this.lines = lines;
  }

  void served(String method, String target, Status status, long sent) {
    requests.increment();
    bytes.add(sent);
    // What clients send must not steer the terminal that shows it.
    String what = (method + " " + target).replaceAll("[^ -~]", "?");
    lines.accept(what + " " + status.code() + " " + sent);
  }

  long requests() {
    return requests.sum();
  }

  long bytes() {
    return bytes.sum();
  }
}
