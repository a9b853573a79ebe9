// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.bench.difference.Comparison;
import dev.xsc.bench.difference.Comparison.Difference;
import dev.xsc.bench.difference.Subject;
import dev.xsc.bench.info.KernelChoice;
import dev.xsc.bench.text.Sizes;
import dev.xsc.ring.KernelKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code xsc sim compare}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes the same random operations through a simulated ring and through one of a real kernel,"
          + " and prints what has different results.",
      "Exit code 1 if anything has."
    })
final class SimCompareCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "SUBJECT",
      description = "files, streams, local-streams, datagrams, connections. Default: all.")
  private List<Subject> subjects = new ArrayList<>();

  @Option(
      names = "--first-seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Default: ${DEFAULT-VALUE}.")
  private long firstSeed;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "100",
      description = "Runs of each subject. Default: ${DEFAULT-VALUE}.")
  private long seeds;

  @Override
  public Integer call() throws IOException {
    KernelKind kernel = realKernel();
    PrintWriter out = common.out();
    long different = 0;
    for (Subject subject : subjects.isEmpty() ? List.of(Subject.values()) : subjects) {
      long found = 0;
      for (long i = 0; i < seeds; i++) {
        Optional<Difference> difference = Comparison.run(kernel, subject, firstSeed + i);
        difference.ifPresent(out::println);
        found += difference.isPresent() ? 1 : 0;
      }
      out.println(subject + ": " + Sizes.count(seeds, "run") + ", " + found + " different");
      out.flush();
      different += found;
    }
    return different == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** The one to compare with: the first available one that is not the simulator itself. */
  private KernelKind realKernel() throws IOException {
    KernelChoice choice = KernelChoice.of(common.policy(), common.policySource());
    return choice.policy().order().stream()
        .filter(kind -> kind != KernelKind.SIMULATOR && choice.isAvailable(kind))
        .findFirst()
        .orElseThrow(() ->
            new IOException(
                "no real kernel to compare the simulator with: xsc: "
                    + choice.reasonAgainst(KernelKind.XSC)
                    + "; io_uring: "
                    + choice.reasonAgainst(KernelKind.IO_URING)));
  }
}
