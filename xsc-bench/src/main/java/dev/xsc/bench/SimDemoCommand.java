// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.bench.sim.Scenarios;
import dev.xsc.bench.text.Sizes;
import dev.xsc.sim.Search;
import dev.xsc.sim.SimulationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code xsc sim demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Looks for the bug in a write-ahead log that now and then forgets to sync, shows the smallest"
          + " run that fails, repeats it, and tries the log without the bug.",
      "Exit code 1 if the bug is not found, or one where there is none."
    })
final class SimDemoCommand implements Callable<Integer> {
  private static final String BROKEN = "log";
  private static final String FIXED = "log-fixed";

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Write the run that fails as a page to this file.")
  private @Nullable Path page;

  @Override
  public Integer call() throws IOException {
    Scenarios scenarios = new Scenarios(null);
    print("1. A write-ahead log that forgets every seventh sync, on a disk that loses power");
    Search broken = scenarios.find(BROKEN);
    SimulationFailure failure = search(broken);
    if (failure == null) {
      print("   not found, which should not be");
      return CommandLine.ExitCode.SOFTWARE;
    }
    print("   " + failure.getMessage());
    print("");
    print("2. The same run again");
    Search.Run again = broken.replay(failure.replay());
    boolean same = again.trace().text().equals(failure.trace());
    print("   " + again.failure());
    print("   its trace is " + (same ? "the same, byte for byte" : "another one"));
    if (page != null) {
      Files.writeString(page, again.trace().html(SimTraceCommand.title(BROKEN, again)));
      print("   " + page + " shows it");
    }
    print("");
    print("3. The log that always syncs");
    boolean clean = search(scenarios.find(FIXED)) == null;
    print("");
    print("Next: xsc sim replay log --run '" + failure.replay() + "'");
    print("      xsc sim trace log trace.html --run '" + failure.replay() + "'");
    print("      xsc sim search message     a client that takes one read for one message");
    print("      xsc sim search CLASS#METHOD --class-path JAR     a @SimTest of your own");
    return same && clean ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private @Nullable SimulationFailure search(Search search) {
    try {
      print("   " + Sizes.count(search.run(), "run") + ", none failed");
      return null;
    } catch (SimulationFailure failure) {
      return failure;
    }
  }

  private void print(String line) {
    common.out().println(line);
    common.out().flush();
  }
}
