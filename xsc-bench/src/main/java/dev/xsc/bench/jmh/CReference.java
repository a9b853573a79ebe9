// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;

/**
 * Has the C program do the same right before each measured iteration, for as long as the iteration
 * takes: whatever disturbs the machine for longer than that disturbs both. A JMH profiler; its
 * result is the secondary metric {@link #METRIC} of each iteration.
 */
public final class CReference implements InternalProfiler {
  /** Name of the C program's nanoseconds per operation among an iteration's results. */
  public static final String METRIC = "c";

  /** The same of the C program that, like {@code Ring}, asks to wait only when it must. */
  public static final String HOPEFUL_METRIC = "c-n";

  private static final Pattern NANOS = Pattern.compile("\\bns=([0-9.]+)");

  private final Path program;
  private @Nullable Process process;
  private @Nullable Process hopefulProcess;
  private double nanos;
  private double hopefulNanos;

  /**
   * For JMH.
   *
   * @param program path of the compiled {@code ringbench.c}
   */
  public CReference(String program) {
    this.program = Path.of(program);
  }

  @Override
  public String getDescription() {
    return "The same work done by a C program, between the iterations";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    if (iteration.getType() != IterationType.MEASUREMENT) {
      return;
    }
    try {
      long millis = iteration.getTime().convertTo(MILLISECONDS);
      if (process == null) {
        process = start(operation(benchmark), millis);
      }
      nanos = measure(process);
      if (isOnRing(benchmark)) {
        if (hopefulProcess == null) {
          hopefulProcess = start(operation(benchmark), millis, "-n");
        }
        hopefulNanos = measure(hopefulProcess);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    if (iteration.getType() != IterationType.MEASUREMENT) {
      return List.of();
    }
    List<Result<?>> results = new ArrayList<>();
    results.add(new ScalarResult(METRIC, nanos, "ns/op", AggregationPolicy.AVG));
    if (isOnRing(benchmark)) {
      results.add(new ScalarResult(HOPEFUL_METRIC, hopefulNanos, "ns/op", AggregationPolicy.AVG));
    }
    return results;
  }

  private Process start(String operation, long millis, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "-i"));
    command.addAll(List.of("-t", Long.toString(millis), "-f", Sample.file().toString()));
    command.addAll(List.of(options));
    command.add(operation);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static boolean isOnRing(BenchmarkParams benchmark) {
    return benchmark.getBenchmark().contains(RingBenchmark.class.getSimpleName());
  }

  /** One measurement, which the program makes for each line that it gets. */
  private static double measure(Process process) throws IOException {
    Writer orders = process.outputWriter();
    orders.write('\n');
    orders.flush();
    BufferedReader answers = process.inputReader();
    String line = answers.readLine();
    Matcher matcher = NANOS.matcher(line == null ? "" : line);
    if (!matcher.find()) {
      throw new IOException("the C program ended, or said: " + line);
    }
    return Double.parseDouble(matcher.group(1));
  }

  /** What the C program calls the benchmark's operation. */
  static String operation(BenchmarkParams benchmark) {
    String name = benchmark.getBenchmark();
    String batch = benchmark.getParam("batch");
    if (name.endsWith("RingBenchmark.nop")) {
      return "nop:" + batch;
    }
    if (name.endsWith("RingBenchmark.read")) {
      return "read:" + batch;
    }
    return name.contains(".getppid") ? "getppid" : "pread";
  }
}
