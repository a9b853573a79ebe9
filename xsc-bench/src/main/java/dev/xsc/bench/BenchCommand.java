// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.bench.info.KernelChoice;
import dev.xsc.bench.measure.CProgram;
import dev.xsc.bench.measure.Conditions;
import dev.xsc.bench.measure.FileReport;
import dev.xsc.bench.measure.JmhRun;
import dev.xsc.bench.measure.Measurements;
import dev.xsc.bench.measure.Plan;
import dev.xsc.bench.measure.Report;
import dev.xsc.bench.measure.ResultFiles;
import dev.xsc.bench.measure.RingReport;
import dev.xsc.bench.measure.SimulatorReport;
import dev.xsc.bench.text.Terminal;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code xsc bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Measures with JMH. What falls behind is marked LOSS.",
      "ring: operations by batch, against the same loop in C (where there is a C compiler), against"
          + " system calls made through downcalls, and against FileChannel.",
      "file: reads by depth, in virtual threads and with callbacks, against FileChannel and"
          + " AsynchronousFileChannel.",
      "sim: the simulator's operations and seeds per second on one core, against its aims.",
      "All take about six minutes. Nothing else should run on the machine."
    })
final class BenchCommand implements Callable<Integer> {
  /** What can be measured. */
  enum What {
    RING,
    FILE,
    SIM;

    Plan plan(String kernel, boolean quick) {
      return switch (this) {
        case RING -> Plan.ring(kernel, quick);
        case FILE -> Plan.file(kernel, quick);
        case SIM -> Plan.simulator(quick);
      };
    }

    Report report(Measurements measurements) {
      return switch (this) {
        case RING -> RingReport.of(measurements);
        case FILE -> FileReport.of(measurements);
        case SIM -> SimulatorReport.of(measurements);
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "ring|file|sim",
      description = "What to measure. Default: all.")
  private @Nullable What what;

  @Option(names = "--quick", description = "Take about a minute, at the cost of more noise.")
  private boolean quick;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write every sample to this file; of all, into FILE-ring and so on.")
  private @Nullable Path json;

  @Option(
      names = "--record",
      paramLabel = "DIR",
      description = "Write every sample below DIR/results, and the tables into DIR/RESULTS.md.")
  private @Nullable Path record;

  @Override
  public Integer call() throws IOException {
    // The simulator is measured as itself, whatever kernels there are.
    KernelKind kernel = what == What.SIM ? KernelKind.SIMULATOR : chooseKernel();
    CProgram reference = what == What.SIM ? null : compile();
    for (What each : what == null ? List.of(What.values()) : List.of(what)) {
      measure(each, kernel, reference);
    }
    return CommandLine.ExitCode.OK;
  }

  private KernelKind chooseKernel() throws IOException {
    KernelChoice choice = KernelChoice.of(common.policy(), common.policySource());
    return choice.chosen().orElseThrow(() -> new IOException(choice.reason()));
  }

  private @Nullable CProgram compile() throws IOException {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    Optional<Path> compiler = CProgram.findCompiler();
    if (compiler.isEmpty()) {
      common
          .err()
          .println("xsc bench: no C compiler (cc), so no comparison with C; install gcc or clang");
      return null;
    }
    return CProgram.compile(compiler.get(), CProgram.cacheFolder());
  }

  private void measure(What which, KernelKind kernel, @Nullable CProgram reference)
      throws IOException {
    Conditions conditions =
        which == What.SIM
            ? Conditions.now(commandFor(which), "simulator (deterministic)", null)
            : Conditions.now(commandFor(which), describe(kernel), reference);
    Measurements measurements =
        new JmhRun(reference, true).run(which.plan(kernel.id(), quick), this::progress);
    Report report = which.report(measurements);
    clearProgress();
    List<String> lines = new ArrayList<>(conditions.text());
    lines.add("");
    lines.addAll(report.text());
    lines.add("");
    lines.forEach(common.out()::println);
    common.out().flush();
    keep(which, conditions, measurements, report);
  }

  private void keep(What which, Conditions conditions, Measurements measurements, Report report)
      throws IOException {
    if (json != null) {
      Path file = what == null ? Path.of(json + "-" + which) : json;
      ResultFiles.writeJson(file, conditions, measurements);
    }
    if (record != null) {
      ResultFiles.writeJson(
          record.resolve("results").resolve(which + ".json"), conditions, measurements);
      List<String> part = new ArrayList<>();
      conditions.text().forEach(line -> part.add("- " + line));
      part.add("");
      part.addAll(report.markdown());
      ResultFiles.replacePart(record.resolve("RESULTS.md"), which.toString(), part);
    }
  }

  private String commandFor(What which) {
    String kernel = common.policySource().equals("--kernel") ? " --kernel " + common.policy() : "";
    return "xsc bench " + which + (quick ? " --quick" : "") + kernel;
  }

  private static String describe(KernelKind kernel) throws IOException {
    try (Ring ring = Ring.open(RingOptions.builder().kernel(kernel).build())) {
      return ring.capabilities().description();
    }
  }

  private void progress(String step) {
    if (Terminal.showsErrors()) {
      common.err().print("\r\033[K" + step);
      common.err().flush();
    }
  }

  private void clearProgress() {
    progress("");
  }
}
