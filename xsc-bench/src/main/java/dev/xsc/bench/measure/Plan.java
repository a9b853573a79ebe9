// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import dev.xsc.ring.KernelKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What to measure, and how thoroughly.
 *
 * @param cases what each round measures, in this order
 * @param rounds how often, each time in JVMs of their own: what changes slowly on the machine
 *     affects all cases
 * @param warmup iterations before those that count
 * @param iterations that count, each with the C program's turn right before it
 * @param millis of one iteration
 */
public record Plan(List<Case> cases, int rounds, int warmup, int iterations, int millis) {
  private static final List<Integer> BATCHES = List.of(1, 8, 32, 128);
  private static final List<String> CALLS =
      List.of(
          "SyscallBenchmark.getppid",
          "SyscallBenchmark.getppidCritical",
          "SyscallBenchmark.pread",
          "SyscallBenchmark.preadCritical");
  private static final List<Integer> DEPTHS = List.of(1, 32, 256);

  /**
   * One benchmark with one set of parameters.
   *
   * @param benchmark class and method
   */
  public record Case(String benchmark, Map<String, String> parameters) {
    /** The C program knows Linux's own ring, and nothing of threads. */
    boolean isDoneInC() {
      String ownRing = KernelKind.IO_URING.id();
      return !benchmark.startsWith("FileBenchmark")
          && !isOfTheSimulator()
          && parameters.getOrDefault("kernel", ownRing).equals(ownRing);
    }

    private boolean isOfTheSimulator() {
      return benchmark.startsWith("SimulatorBenchmark") || benchmark.startsWith("SeedBenchmark");
    }

    /** Whether not a single byte is to be allocated per operation. */
    boolean isToBeFreeOfAllocation() {
      return benchmark.startsWith("RingBenchmark");
    }

    /** As in {@code RingBenchmark.nop, batch 8}. */
    String label() {
      StringBuilder label = new StringBuilder(benchmark);
      for (String parameter : List.of("batch", "depth", "threads", "checked")) {
        if (parameters.containsKey(parameter)) {
          label.append(", ").append(parameter).append(' ').append(parameters.get(parameter));
        }
      }
      return label.toString();
    }
  }

  /** The ring against C, and against system calls and {@code FileChannel}. */
  public static Plan ring(String kernel, boolean quick) {
    Stream<Case> onRing =
        Stream.of("RingBenchmark.nop", "RingBenchmark.read")
            .flatMap(benchmark -> BATCHES.stream().map(n -> of(benchmark, kernel, "batch", n)));
    Stream<Case> others =
        Stream.concat(CALLS.stream(), Stream.of("FileChannelBenchmark.read"))
            .filter(benchmark -> onLinux() || !CALLS.contains(benchmark))
            .map(benchmark -> new Case(benchmark, Map.of()));
    return sized(Stream.concat(onRing, others).toList(), quick);
  }

  /** The asynchronous API against what the JDK has. */
  public static Plan file(String kernel, boolean quick) {
    return sized(
        DEPTHS.stream()
            .flatMap(depth ->
                Stream.of("ringBlocking", "ringCallbacks", "fileChannel", "asyncChannel")
                    .map(name -> of("FileBenchmark." + name, kernel, "depth", depth)))
            .toList(),
        quick);
  }

  /** The simulator's own speed: operations without faults, and whole seeds. */
  public static Plan simulator(boolean quick) {
    List<Case> cases = new ArrayList<>();
    for (String checked : List.of("true", "false")) {
      for (String benchmark : List.of("SimulatorBenchmark.nop", "SimulatorBenchmark.read")) {
        for (String threads : List.of("false", "true")) {
          cases.add(new Case(benchmark, Map.of("threads", threads, "checked", checked)));
        }
      }
      Map<String, String> loop = Map.of("threads", "true", "checked", checked);
      cases.add(new Case("SimulatorBenchmark.blockingRead", loop));
      cases.add(new Case("SeedBenchmark.crashRecovery", Map.of("checked", checked)));
    }
    // Longer iterations than the others': each is to hold many worlds.
    return quick ? new Plan(cases, 1, 20, 10, 100) : new Plan(cases, 2, 30, 15, 100);
  }

  static boolean onLinux() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  private static Case of(String benchmark, String kernel, String parameter, int value) {
    return new Case(benchmark, Map.of("kernel", kernel, parameter, Integer.toString(value)));
  }

  private static Plan sized(List<Case> cases, boolean quick) {
    return quick ? new Plan(cases, 1, 30, 16, 25) : new Plan(cases, 3, 50, 30, 25);
  }

  /** Measurements to be made, one JVM each. */
  int size() {
    return rounds * cases.size();
  }
}
