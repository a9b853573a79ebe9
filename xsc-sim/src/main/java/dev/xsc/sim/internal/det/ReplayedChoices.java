// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

/** Decisions by a {@link Script}. */
public final class ReplayedChoices extends Choices {
  private final Script script;
  private final long[] asked = new long[STREAMS];
  private final int[] next = new int[STREAMS];

  /** Follows a script from its beginning. */
  public ReplayedChoices(Script script) {
    this.script = script;
  }

  @Override
  protected long choose(int stream, long n) {
    // A script that was cut may meet fewer things to choose from.
    return Math.min(value(stream), n - 1);
  }

  @Override
  protected boolean chance(int stream, double probability) {
    return value(stream) != 0;
  }

  private long value(int stream) {
    long position = asked[stream]++;
    long[] decisions = script.stream(stream);
    int at = next[stream];
    if (at < decisions.length && decisions[at] == position) {
      next[stream] = at + 2;
      return decisions[at + 1];
    }
    return 0;
  }
}
