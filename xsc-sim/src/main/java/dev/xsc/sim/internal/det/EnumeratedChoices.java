// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import java.util.Arrays;

/**
 * All decisions, one run after the other: each run follows the path of the one before up to the
 * last decision that has something left to try, and tries that. Times and lengths are taken as the
 * least, since there are too many of them; their order of arrival is what {@link
 * Choice#EVENT_ORDER} and {@link Choice#NEXT_THREAD} then decide.
 */
public final class EnumeratedChoices extends Choices {
  /** More than this many things to choose from are a quantity, not alternatives. */
  private static final long MANY = 64;

  private int[] taken = new int[64];
  private int[] bound = new int[64];
  private int depth;
  private int asked;

  /** Begins with the plain path. */
  public EnumeratedChoices() {}

  /** Begins the next run; false if all have been. */
  public boolean next() {
    while (depth > 0 && taken[depth - 1] + 1 >= bound[depth - 1]) {
      depth--;
    }
    if (depth == 0) {
      return false;
    }
    taken[depth - 1]++;
    asked = 0;
    return true;
  }

  @Override
  protected long choose(int stream, long n) {
    return n > MANY ? 0 : decide((int) n);
  }

  @Override
  protected boolean chance(int stream, double probability) {
    return probability >= 1 || decide(2) == 1;
  }

  private int decide(int n) {
    if (asked == depth) {
      if (depth == taken.length) {
        taken = Arrays.copyOf(taken, 2 * depth);
        bound = Arrays.copyOf(bound, 2 * depth);
      }
      taken[depth] = 0;
      bound[depth++] = n;
    }
    if (bound[asked] != n) {
      throw new IllegalStateException(
          "decision "
              + asked
              + " had "
              + bound[asked]
              + " alternatives in the run before and has "
              + n
              + " now: the code under test does not do the same each time");
    }
    return taken[asked++];
  }
}
