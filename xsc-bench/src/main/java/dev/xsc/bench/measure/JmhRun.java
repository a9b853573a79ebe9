// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import dev.xsc.bench.jmh.CReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Carries out a {@link Plan} with JMH. */
public final class JmhRun {
  private static final String PACKAGE = "dev.xsc.bench.jmh.";
  private static final long ALLOCATION_FACTOR = 10;
  private static final int ALLOCATION_ITERATIONS = 3;

  /** Until everything is compiled: method handles that are interpreted allocate. */
  private static final int ALLOCATION_WARMUP = 8;

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private final @Nullable CProgram reference;
  private final int forks;

  /**
   * A way to measure.
   *
   * @param reference the C program to compare with, if any
   * @param forked whether each measurement gets a JVM of its own, as all that count must
   */
  public JmhRun(@Nullable CProgram reference, boolean forked) {
    this.reference = reference;
    forks = forked ? 1 : 0;
  }

  /**
   * Measures.
   *
   * @param progress is told of each step in one line
   * @throws IOException if a benchmark fails
   */
  public Measurements run(Plan plan, Consumer<String> progress) throws IOException {
    Measurements measurements = new Measurements();
    for (int round = 0; round < plan.rounds(); round++) {
      for (int i = 0; i < plan.cases().size(); i++) {
        Plan.Case each = plan.cases().get(i);
        int step = round * plan.cases().size() + i + 1;
        progress.accept(step + "/" + plan.size() + "  " + each.label());
        run(each, times(plan, each)).forEach(measurements::add);
        if (round == 0 && each.isToBeFreeOfAllocation()) {
          run(each, allocations(plan)).forEach(measurements::addBytes);
        }
      }
    }
    return measurements;
  }

  private ChainedOptionsBuilder times(Plan plan, Plan.Case each) {
    ChainedOptionsBuilder options =
        iterations(plan.warmup(), plan.iterations(), TimeValue.milliseconds(plan.millis()));
    if (reference != null && each.isDoneInC()) {
      options.addProfiler(CReference.class, reference.executable().toString());
    }
    if (!each.isToBeFreeOfAllocation()) {
      options.addProfiler(GCProfiler.class);
    }
    return options;
  }

  /**
   * Longer iterations: JMH allocates some kilobytes around each, which would not be small beside
   * nothing at all.
   */
  private ChainedOptionsBuilder allocations(Plan plan) {
    TimeValue time = TimeValue.milliseconds(ALLOCATION_FACTOR * plan.millis());
    return iterations(ALLOCATION_WARMUP, ALLOCATION_ITERATIONS, time).addProfiler(GCProfiler.class);
  }

  private static ChainedOptionsBuilder iterations(int warmup, int measured, TimeValue time) {
    return new OptionsBuilder()
        .warmupIterations(warmup)
        .warmupTime(time)
        .measurementIterations(measured)
        .measurementTime(time);
  }

  private List<Measurement> run(Plan.Case each, ChainedOptionsBuilder options) throws IOException {
    options
        .include(Pattern.quote(PACKAGE + each.benchmark()) + "$")
        .forks(forks)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT)
        .jvmArgsAppend(
            "--enable-native-access=ALL-UNNAMED",
            // For the simulator's scheduler.
            "--add-opens=java.base/java.lang=ALL-UNNAMED");
    each.parameters().forEach(options::param);
    try {
      return new Runner(options.build()).run().stream().map(JmhRun::read).toList();
    } catch (RunnerException e) {
      throw new IOException(each.label() + " failed: " + e.getMessage(), e);
    }
  }

  private static Measurement read(RunResult run) {
    List<Double> java = new ArrayList<>();
    List<Double> c = new ArrayList<>();
    List<Double> hopefulC = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    run.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .forEach(iteration -> {
          java.add(iteration.getPrimaryResult().getScore());
          addSecondary(iteration, CReference.METRIC, c);
          addSecondary(iteration, CReference.HOPEFUL_METRIC, hopefulC);
          addSecondary(iteration, ALLOCATED, bytes);
        });
    return new Measurement(
        run.getParams().getBenchmark().substring(PACKAGE.length()),
        parameters(run.getParams()),
        new Samples(java),
        new Samples(c),
        new Samples(hopefulC),
        new Samples(bytes));
  }

  private static void addSecondary(IterationResult iteration, String name, List<Double> to) {
    Result<?> result = iteration.getSecondaryResults().get(name);
    if (result != null) {
      to.add(result.getScore());
    }
  }

  private static Map<String, String> parameters(BenchmarkParams params) {
    Map<String, String> result = new TreeMap<>();
    params.getParamsKeys().forEach(key -> result.put(key, params.getParam(key)));
    return result;
  }
}
