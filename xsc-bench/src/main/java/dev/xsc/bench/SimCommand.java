// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;

/** {@code xsc sim}: without a subcommand it prints its help. */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs code in a simulated world, in which one seed decides time, order and faults: finds runs"
          + " that fail, repeats them exactly, and shows them.",
      "A scenario is a class on the class path with a @SimTest method, or one that is a"
          + " Simulation.Body."
    },
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Exit codes: 0 nothing failed, 1 something did, 2 wrong usage.",
      "New here? Try: xsc sim demo"
    },
    subcommands = {
      SimDemoCommand.class,
      SimSearchCommand.class,
      SimReplayCommand.class,
      SimTraceCommand.class,
      SimSoakCommand.class,
      SimCompareCommand.class,
      HelpCommand.class
    })
final class SimCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    common.commandLine().usage(common.out());
    return CommandLine.ExitCode.OK;
  }
}
