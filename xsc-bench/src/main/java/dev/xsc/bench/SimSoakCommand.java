// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.bench.measure.Conditions;
import dev.xsc.bench.measure.MemoryReport;
import dev.xsc.bench.measure.Report;
import dev.xsc.bench.measure.ResultFiles;
import dev.xsc.bench.sim.Footprint;
import dev.xsc.sim.Search;
import dev.xsc.sim.SimulationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code xsc sim soak}. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs a scenario with very many seeds and looks at the memory after each tenth of them.",
      "Exit code 1 if a run failed, or if memory grew: the heap by more than 8 MiB, the process by"
          + " more than 64 MiB, after the second tenth."
    })
final class SimSoakCommand implements Callable<Integer> {
  private static final int PARTS = 10;
  private static final long HEAP_ALLOWED = 8L << 20;
  private static final long RESIDENT_ALLOWED = 64L << 20;
  private static final double NANOS_PER_MINUTE = 60e9;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private SimChoice choice = new SimChoice();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many, a multiple of 10. Default: ${DEFAULT-VALUE}.")
  private long seeds;

  @Option(
      names = "--record",
      paramLabel = "DIR",
      description = "Write the table into DIR/RESULTS.md.")
  private @Nullable Path record;

  @Override
  public Integer call() throws IOException {
    if (seeds < PARTS || seeds % PARTS != 0) {
      throw choice.wrong(
          "--seeds " + seeds + ": must be a multiple of " + PARTS + ", at least that");
    }
    Conditions conditions =
        Conditions.now(choice.again("soak", "--seeds " + seeds), "simulator (deterministic)", null);
    MemoryReport memory = new MemoryReport(HEAP_ALLOWED, RESIDENT_ALLOWED);
    Search search = choice.search();
    for (int part = 0; part < PARTS; part++) {
      try {
        memory.add(measure(search, part * (seeds / PARTS)));
      } catch (SimulationFailure failure) {
        common.out().println(failure.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
      }
    }
    Report report = memory.report();
    conditions.text().forEach(common.out()::println);
    common.out().println();
    report.text().forEach(common.out()::println);
    keep(conditions, report);
    return report.losses().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private MemoryReport.Sample measure(Search search, long first) throws IOException {
    long start = System.nanoTime();
    long runs = search.seeds(first, seeds / PARTS).run();
    double minutes = (System.nanoTime() - start) / NANOS_PER_MINUTE;
    double perCore = runs / minutes / Runtime.getRuntime().availableProcessors();
    return new MemoryReport.Sample(first + runs, perCore, Footprint.heap(), Footprint.resident());
  }

  private void keep(Conditions conditions, Report report) throws IOException {
    if (record != null) {
      List<String> part = new ArrayList<>();
      conditions.text().forEach(line -> part.add("- " + line));
      part.add("");
      part.addAll(report.markdown());
      ResultFiles.replacePart(record.resolve("RESULTS.md"), "sim-memory", part);
    }
  }
}
