// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server command in a thread of its own, until stopped. */
final class Running {
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final Thread thread;

  Running(String... args) {
    thread = Thread.ofPlatform().start(() -> exit.complete(Cli.command(out, err).execute(args)));
  }

  /** The port that it printed. */
  int port() throws InterruptedException {
    while (!exit.isDone()) {
      Matcher matcher = PORT.matcher(out.toString());
      if (out.toString().contains("\n") && matcher.find()) {
        return Integer.parseInt(matcher.group(1));
      }
      Thread.sleep(5);
    }
    throw new AssertionError("ended early: " + result());
  }

  /** Ends it as Ctrl-C would. */
  Cli stop() throws Exception {
    thread.interrupt();
    exit.get(60, TimeUnit.SECONDS);
    return result();
  }

  private Cli result() {
    return new Cli(exit.getNow(-1), out.toString(), err.toString());
  }
}
