// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.sim.Search;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code xsc sim replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes one run of a scenario and prints its trace: seconds of virtual time, where, and what;"
          + " > begins, < ends, ! is a fault.",
      "Exit code 1 if the run fails, with the reason and its stack trace on standard error."
    })
final class SimReplayCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private SimChoice choice = new SimChoice();
  @Mixin private SimRun run = new SimRun();

  @Override
  public Integer call() throws IOException {
    Search.Run made = run.make(choice);
    PrintWriter out = common.out();
    out.print(made.trace().text());
    out.flush();
    Throwable failure = made.failure();
    if (failure == null) {
      common.err().println("did not fail: " + choice.scenario() + ", " + made.replay());
      return CommandLine.ExitCode.OK;
    }
    common.err().println("failed: " + choice.scenario() + ", " + made.replay());
    failure.printStackTrace(common.err());
    return CommandLine.ExitCode.SOFTWARE;
  }
}
