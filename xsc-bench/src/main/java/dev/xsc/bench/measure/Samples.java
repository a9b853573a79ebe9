// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measured values of one quantity, in the order in which they were taken. Immutable. */
public record Samples(List<Double> values) {
  public Samples {
    values = List.copyOf(values);
  }

  /** These values. */
  public static Samples of(double... values) {
    return new Samples(Arrays.stream(values).boxed().toList());
  }

  /** Whether nothing was measured. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** All of these, then all of those. */
  public Samples and(Samples those) {
    List<Double> all = new ArrayList<>(values);
    all.addAll(those.values);
    return new Samples(all);
  }

  /** The middle value, which a few disturbed ones do not move. */
  public double median() {
    return quantile(0.5);
  }

  /**
   * The value that this part of all values does not exceed.
   *
   * @throws IllegalStateException if there are none
   */
  public double quantile(double part) {
    if (values.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double at = part * (sorted.length - 1);
    int low = (int) at;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }

  /**
   * Each of these values divided by the one of {@code others} that was taken beside it.
   *
   * @throws IllegalArgumentException if there is not one for each
   */
  public Samples dividedBy(Samples others) {
    if (values.size() != others.values.size()) {
      throw new IllegalArgumentException(
          values.size() + " samples cannot be paired with " + others.values.size());
    }
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / others.values.get(i));
    }
    return new Samples(ratios);
  }
}
