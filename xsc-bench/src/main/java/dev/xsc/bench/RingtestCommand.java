// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.bench.info.KernelChoice;
import dev.xsc.bench.ringtest.RingtestRun;
import dev.xsc.bench.ringtest.Totals;
import dev.xsc.ring.KernelKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code xsc ringtest}. */
@Command(
    name = "ringtest",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs the conformance suite on a kernel and prints KTAP.",
      "Exit code 1 if a test failed, 4 if everything was skipped."
    })
final class RingtestCommand implements Callable<Integer> {
  /** Exit code for a run in which nothing was tested, as in the Linux kernel's selftests. */
  static final int SKIPPED = 4;

  // The suite reads these: see dev.xsc.conformance.KernelUnderTest.
  private static final String KERNEL = "xsc.test.kernel";
  private static final String PROFILE = "xsc.test.profile";
  private static final String ALLOW_MISSING = "xsc.test.allowMissing";

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description = {
        "Which natives the rings do without, and how they work: full (the default), linux-6.1,"
            + " linux-5.19 or linux-5.15, then +polling or +wakeups if you like."
      })
  private @Nullable String profile;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATTERN",
      description = "Only tests whose Class.method contains this; * stands for anything.")
  private @Nullable String pattern;

  @Option(names = "--package", hidden = true, defaultValue = "dev.xsc.conformance")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String suite;

  @Override
  public Integer call() throws IOException {
    KernelChoice choice = KernelChoice.of(common.policy(), common.policySource());
    KernelKind kernel = choice.chosen().orElse(choice.policy().order().getFirst());
    // The suite is told by name which kernel to test; one that is missing here is no failure.
    System.setProperty(KERNEL, kernel.id());
    System.setProperty(ALLOW_MISSING, "true");
    if (profile != null) {
      System.setProperty(PROFILE, profile);
    }
    String about =
        "xsc ringtest on "
            + kernel.id()
            + (profile == null ? "" : " as " + profile)
            + ": "
            + choice.availability().get(kernel);
    PrintWriter out = common.out();
    Totals totals = RingtestRun.run(suite, pattern, about, out);
    if (totals.isEmpty()) {
      throw nothingToRun();
    }
    out.println(totals);
    out.flush();
    if (totals.failed() > 0) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    return totals.passed() == 0 ? SKIPPED : CommandLine.ExitCode.OK;
  }

  private ParameterException nothingToRun() {
    return new ParameterException(
        common.commandLine(),
        pattern == null
            ? "no test of " + suite + " on the class path"
            : "no test matches '" + pattern + "'");
  }
}
