// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import java.util.ArrayList;
import java.util.List;

/** Decisions of others, kept as a {@link Script}. */
public final class RecordingChoices extends Choices {
  private final Choices source;
  private final long[] asked = new long[STREAMS];
  private final List<List<long[]>> decisions = new ArrayList<>();

  /** Records what this decides. */
  public RecordingChoices(Choices source) {
    this.source = source;
    for (int stream = 0; stream < STREAMS; stream++) {
      decisions.add(new ArrayList<>());
    }
  }

  @Override
  protected long choose(int stream, long n) {
    return keep(stream, source.choose(stream, n));
  }

  @Override
  protected boolean chance(int stream, double probability) {
    return keep(stream, source.chance(stream, probability) ? 1 : 0) != 0;
  }

  private long keep(int stream, long value) {
    long position = asked[stream]++;
    if (value != 0) {
      decisions.get(stream).add(new long[] {position, value});
    }
    return value;
  }

  /** What was decided so far. */
  public Script script() {
    return Script.of(decisions);
  }
}
