// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * The one source of everything that is not determined by the code under test: each decision of the
 * simulated world is asked of this, and of nothing else. 0, false and the least value are the plain
 * choices: what happens in a world that works as one would wish.
 *
 * <p>Owned by one simulation; whoever runs in it may ask, one at a time.
 */
@SuppressWarnings("EnumOrdinal") // numbers of streams, which never leave a run
public abstract class Choices {
  private static final int DECISIONS = Choice.values().length;

  /** Streams of decisions: one for each {@link Choice}, then one for each {@link Fault}. */
  static final int STREAMS = DECISIONS + Fault.values().length;

  /** For subclasses. */
  protected Choices() {}

  /** One of {@code n} things, 0 to n − 1; without asking if there is only one. */
  public final int pick(Choice what, int n) {
    return n <= 1 ? 0 : (int) choose(what.ordinal(), n);
  }

  /** Whether something happens; without asking if the probability is 0. */
  public final boolean happens(Choice what, double probability) {
    return probability > 0 && chance(what.ordinal(), probability);
  }

  /**
   * Whether a fault strikes; ask {@link Faults#strikes} instead, which knows how probable it is.
   */
  final boolean strikes(Fault what, double probability) {
    return probability > 0 && chance(DECISIONS + what.ordinal(), probability);
  }

  /** A number, both bounds included; {@code least} is the plain choice. */
  public final long between(Choice what, long least, long most) {
    return least >= most ? least : least + choose(what.ordinal(), most - least + 1);
  }

  /**
   * Decides.
   *
   * @param n more than 1
   * @return 0 to n − 1
   */
  protected abstract long choose(int stream, long n);

  /**
   * Decides.
   *
   * @param probability more than 0, up to 1
   */
  protected abstract boolean chance(int stream, double probability);

  /** The name of a stream. */
  static String name(int stream) {
    return stream < DECISIONS
        ? Choice.values()[stream].name()
        : Fault.values()[stream - DECISIONS].name();
  }

  /** Names of all streams, by number. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (int stream = 0; stream < STREAMS; stream++) {
      names.add(name(stream));
    }
    return names;
  }
}
