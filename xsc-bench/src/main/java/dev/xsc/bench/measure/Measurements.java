// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything that one run has measured, in the order of first appearance. Not thread-safe. */
public final class Measurements {
  private final List<Measurement> all = new ArrayList<>();

  /** Adds samples; those of one benchmark with the same parameters are put together. */
  public void add(Measurement measurement) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isOf(measurement)) {
        all.set(i, all.get(i).and(measurement));
        return;
      }
    }
    all.add(measurement);
  }

  /** Adds what was allocated, and nothing else, to the benchmark's times. */
  void addBytes(Measurement measurement) {
    Samples none = Samples.of();
    add(
        new Measurement(
            measurement.benchmark(),
            measurement.parameters(),
            none,
            none,
            none,
            measurement.bytes()));
  }

  /** All of them. */
  public List<Measurement> all() {
    return List.copyOf(all);
  }

  /** Those of a benchmark, as in {@code RingBenchmark.nop}. */
  public Stream<Measurement> of(String benchmark) {
    return all.stream().filter(m -> m.benchmark().equals(benchmark));
  }

  /** The only one of a benchmark. */
  public Optional<Measurement> one(String benchmark) {
    return of(benchmark).findFirst();
  }

  /** The one of a benchmark with this number as a parameter. */
  public Optional<Measurement> one(String benchmark, String parameter, int number) {
    return of(benchmark).filter(m -> m.number(parameter) == number).findFirst();
  }
}
