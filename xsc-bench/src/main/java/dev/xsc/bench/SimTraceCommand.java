// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.sim.Search;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code xsc sim trace}. */
@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes one run of a scenario and writes its trace: .html is a page with a time line of each"
          + " ring, which needs no network; .json opens in ui.perfetto.dev and chrome://tracing;"
          + " .txt has a line for each event.",
      "Exit code 0 also if the run fails: the trace is what was asked for."
    })
final class SimTraceCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private SimChoice choice = new SimChoice();
  @Mixin private SimRun run = new SimRun();

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The file to write, ending in .html, .json or .txt.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Override
  public Integer call() throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".html") && !name.endsWith(".json") && !name.endsWith(".txt")) {
      throw choice.wrong("file '" + file + "': its name must end in .html, .json or .txt");
    }
    Search.Run made = run.make(choice);
    Files.writeString(file, contents(name, made));
    @Nullable Throwable failure = made.failure();
    common
        .out()
        .println(
            made.trace().size()
                + " events in "
                + file
                + (failure == null ? "; the run did not fail" : "; the run failed: " + failure));
    return CommandLine.ExitCode.OK;
  }

  private String contents(String name, Search.Run made) {
    if (name.endsWith(".json")) {
      return made.trace().chromeJson();
    }
    return name.endsWith(".html")
        ? made.trace().html(title(choice.scenario(), made))
        : made.trace().text();
  }

  /** What a page is headed with: scenario and outcome, and beneath it what repeats the run. */
  static String title(String scenario, Search.Run made) {
    Throwable failure = made.failure();
    String outcome = failure == null ? "did not fail" : "failed: " + firstLine(failure);
    return scenario
        + " "
        + outcome
        + "\nxsc sim replay "
        + scenario
        + " --run '"
        + made.replay()
        + "'";
  }

  private static String firstLine(Throwable failure) {
    return failure.toString().lines().findFirst().orElse("");
  }
}
