// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.text;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether anybody is watching. */
public final class Terminal {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** Whether standard error goes to a terminal. */
  @SuppressWarnings("SystemConsoleNull") // a runtime image may be made without one
  public static boolean showsErrors() {
    if (Files.exists(STANDARD_ERROR)) {
      try {
        String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false; // not to be known: a bar in a log file is worse than none
      }
    }
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
