// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.bench.text.LineStream;
import dev.xsc.bench.text.Sizes;
import dev.xsc.bench.text.Terminal;
import dev.xsc.sim.Search;
import dev.xsc.sim.SimulationFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code xsc sim search}. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs a scenario with many seeds on all cores until a run fails, makes that one as small as"
          + " possible, and prints it with what repeats it.",
      "Exit code 1 if a run failed."
    })
final class SimSearchCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private SimChoice choice = new SimChoice();

  @Option(
      names = "--first-seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Default: ${DEFAULT-VALUE}.")
  private long firstSeed;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private long seeds;

  @Option(names = "--cores", paramLabel = "N", description = "How many to use. Default: all.")
  private @Nullable Integer cores;

  @Override
  public Integer call() throws IOException {
    Search search = sized(choice.search());
    if (Terminal.showsErrors()) {
      search = search.progress(toTerminal());
    }
    PrintWriter out = common.out();
    try {
      long runs = search.run();
      clear();
      out.println(Sizes.count(runs, "run") + ", none failed");
      return CommandLine.ExitCode.OK;
    } catch (SimulationFailure failure) {
      clear();
      out.println(failure.getMessage());
      out.println("again:  " + choice.again("replay", "--run '" + failure.replay() + "'"));
      out.println(
          "look:   " + choice.again("trace", "trace.html --run '" + failure.replay() + "'"));
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private Search sized(Search search) {
    try {
      Search sized = search.seeds(firstSeed, seeds);
      return cores == null ? sized : sized.cores(cores);
    } catch (IllegalArgumentException e) {
      throw choice.wrong(e.getMessage());
    }
  }

  private PrintStream toTerminal() {
    return new LineStream(line -> {
      common.err().print("\r\033[K" + line);
      common.err().flush();
    });
  }

  private void clear() {
    if (Terminal.showsErrors()) {
      common.err().print("\r\033[K");
      common.err().flush();
    }
  }
}
