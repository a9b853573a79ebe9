// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import dev.xsc.bench.text.Sizes;
import dev.xsc.bench.text.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Has several do the same work, taking turns, so that what disturbs one disturbs all; the first is
 * compared with the others by the median of its rounds.
 */
public final class Contest {
  private static final int ROUNDS = 5;

  /** For the compiler and the page cache. */
  private static final int WARMUPS = 3;

  private static final double EVEN = 0.05;

  /** Rounds beyond the third are left out when they would take too long. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private static final int MIN_ROUNDS = 3;

  private Contest() {}

  /** Runs it, and returns the table of results. */
  public static List<String> run(String indent, List<Contender> contenders) throws IOException {
    List<List<Sample>> samples = new ArrayList<>();
    for (Contender contender : contenders) {
      for (int i = 0; i < WARMUPS; i++) {
        contender.work().run();
      }
      samples.add(new ArrayList<>());
    }
    long begun = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      if (round >= MIN_ROUNDS && System.nanoTime() - begun > PATIENCE.toNanos()) {
        break;
      }
      for (int i = 0; i < contenders.size(); i++) {
        samples.get(i).add(contenders.get(i).work().run());
      }
    }
    return table(indent, contenders, samples.stream().map(Contest::median).toList());
  }

  private static Sample median(List<Sample> samples) {
    return samples.stream()
        .sorted(Comparator.comparingLong(Sample::nanos))
        .toList()
        .get(samples.size() / 2);
  }

  private static List<String> table(
      String indent, List<Contender> contenders, List<Sample> results) {
    Table table =
        new Table(indent).row("", "operations", "entries/op", "time", "throughput", "the ring is");
    for (int i = 0; i < results.size(); i++) {
      Sample sample = results.get(i);
      table.row(
          contenders.get(i).name(),
          Sizes.count(sample.effort().operations()),
          Sizes.perOperation(sample.effort().entries(), sample.effort().operations()),
          Sizes.time(sample.nanos()),
          Sizes.rate(sample.bytes(), sample.nanos()),
          i == 0 ? "" : verdict(results.getFirst(), sample));
    }
    return table.lines();
  }

  static String verdict(Sample ours, Sample theirs) {
    double ratio = ours.bytesPerNano() / theirs.bytesPerNano();
    String verdict = ratio > 1 + EVEN ? "faster" : ratio < 1 - EVEN ? "slower" : "even";
    return Sizes.format("%.2fx, %s", ratio, verdict);
  }
}
