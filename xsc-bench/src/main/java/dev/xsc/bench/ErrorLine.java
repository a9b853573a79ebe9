// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports errors in one line on standard error; stack traces only for those who ask. */
final class ErrorLine implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    if (failure instanceof ParameterException wrongUsage) {
      return handleParseException(wrongUsage, parsed.originalArgs().toArray(String[]::new));
    }
    PrintWriter err = commandLine.getErr();
    print(commandLine, ErrorText.of(failure));
    if (debug(commandLine.getParseResult())) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine commandLine = failure.getCommandLine();
    PrintWriter err = commandLine.getErr();
    print(commandLine, ErrorText.of(failure));
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    if (debug(null)) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static void print(CommandLine commandLine, String message) {
    String line = commandLine.getCommandSpec().qualifiedName() + ": " + message;
    commandLine.getErr().println(commandLine.getColorScheme().errorText(line));
  }

  private static boolean debug(@Nullable ParseResult parsed) {
    return "1".equals(System.getenv("XSC_DEBUG"))
        || (parsed != null && parsed.hasMatchedOption(CommonOptions.DEBUG));
  }
}
