// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;

/** The {@code xsc} command: without a subcommand it prints its help. */
@Command(
    name = "xsc",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Files and sockets through shared-memory rings.",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Exit codes: 0 success, 1 failure, 2 wrong usage; ringtest: 4 if everything was skipped.",
      "New here? Try: xsc demo"
    },
    subcommands = {
      DemoCommand.class,
      InfoCommand.class,
      CopyCommand.class,
      EchoCommand.class,
      HttpCommand.class,
      RingtestCommand.class,
      SimCommand.class,
      BenchCommand.class,
      HelpCommand.class
    })
public final class Main implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command with all its subcommands. */
  static CommandLine commandLine() {
    ErrorLine errors = new ErrorLine();
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() {
    common.policy();
    common.commandLine().usage(common.out());
    return CommandLine.ExitCode.OK;
  }
}
