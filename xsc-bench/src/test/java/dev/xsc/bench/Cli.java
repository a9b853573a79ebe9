// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * Runs the command line in this process.
 *
 * @param exit code
 * @param out standard output
 * @param err standard error
 */
record Cli(int exit, String out, String err) {
  static Cli run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = command(out, err).execute(args);
    return new Cli(exit, out.toString(), err.toString());
  }

  static CommandLine command(StringWriter out, StringWriter err) {
    return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
  }

  /** Everything, for messages of failed assertions. */
  @Override
  public String toString() {
    return "exit code " + exit + "\n--- out\n" + out + "\n--- err\n" + err;
  }
}
