// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.bench.info.JsonReport;
import dev.xsc.bench.info.KernelChoice;
import dev.xsc.bench.info.Report;
import dev.xsc.bench.info.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code xsc info}. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists the kernels, what they can do, why one is missing and what to do about it.",
      "Exit code 1 if none of --kernel is available."
    })
final class InfoCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    KernelChoice choice = KernelChoice.of(common.policy(), common.policySource());
    Report report = Report.of(Version.read(), choice);
    PrintWriter out = common.out();
    if (json) {
      out.println(JsonReport.write(report));
    } else {
      TextReport.lines(report).forEach(out::println);
    }
    out.flush();
    return choice.chosen().isPresent() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
