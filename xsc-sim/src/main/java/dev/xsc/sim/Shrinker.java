// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.sim.internal.det.Script;
import java.util.function.Predicate;

/**
 * Makes a failing run smaller: replaces decisions by plain ones, many at a time and then fewer, as
 * long as it still fails. One thread's, for one use.
 */
final class Shrinker {
  private final Predicate<Script> fails;
  private final int maxRuns;
  private Script best;
  private int runs;

  /**
   * A shrinker.
   *
   * @param fails whether a run with these decisions fails in the same way
   * @param maxRuns after which the smallest so far must do
   */
  Shrinker(Script start, Predicate<Script> fails, int maxRuns) {
    best = start;
    this.fails = fails;
    this.maxRuns = maxRuns;
  }

  /** The smallest script found. */
  Script shrink() {
    int before;
    do {
      before = best.size();
      for (int stream = 0; stream < best.streams() && runs < maxRuns; stream++) {
        removeFrom(stream);
      }
    } while (best.size() < before && runs < maxRuns);
    for (int stream = 0; stream < best.streams() && runs < maxRuns; stream++) {
      reduce(stream);
    }
    return best;
  }

  /** How many runs that took. */
  int runs() {
    return runs;
  }

  private void removeFrom(int stream) {
    int chunk = best.size(stream);
    while (chunk > 0 && runs < maxRuns) {
      int from = 0;
      while (from < best.size(stream) && runs < maxRuns) {
        int to = Math.min(best.size(stream), from + chunk);
        if (!accept(best.without(stream, from, to))) {
          from = to;
        }
      }
      chunk = Math.min(chunk / 2, best.size(stream));
    }
  }

  private void reduce(int stream) {
    for (int i = 0; i < best.size(stream) && runs < maxRuns; i++) {
      long value = best.value(stream, i);
      while (value > 1 && runs < maxRuns && accept(best.changed(stream, i, value / 2))) {
        value /= 2;
      }
    }
  }

  private boolean accept(Script smaller) {
    runs++;
    if (!fails.test(smaller)) {
      return false;
    }
    best = smaller;
    return true;
  }
}
