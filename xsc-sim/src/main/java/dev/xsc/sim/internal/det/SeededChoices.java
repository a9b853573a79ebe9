// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

/** Decisions that follow from a seed. */
public final class SeededChoices extends Choices {
  private final SplitMix[] streams = new SplitMix[STREAMS];

  /** The decisions of one seed. */
  public SeededChoices(long seed) {
    for (int stream = 0; stream < STREAMS; stream++) {
      streams[stream] = SplitMix.of(seed, name(stream));
    }
  }

  @Override
  protected long choose(int stream, long n) {
    return streams[stream].next(n);
  }

  @Override
  protected boolean chance(int stream, double probability) {
    return streams[stream].nextDouble() < probability;
  }
}
