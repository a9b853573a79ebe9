// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.sim.internal.det.Choices;
import dev.xsc.sim.internal.det.ReplayedChoices;
import dev.xsc.sim.internal.det.Script;
import dev.xsc.sim.internal.det.SeededChoices;
import org.jspecify.annotations.Nullable;

/**
 * What determines one run, in one line: {@code seed=7 faults=DISK_FULL=0.01 script=…}. Immutable.
 *
 * @param seed used where there is no script
 * @param plan what goes wrong how often
 * @param script decisions that take the place of the seed's
 */
record Replay(long seed, FaultPlan plan, @Nullable Script script) {
  /** System property that has a search make only this run. */
  static final String PROPERTY = "dev.xsc.sim.replay";

  /** Reads what {@link #toString()} writes. */
  static Replay parse(String text) {
    long seed = 0;
    FaultPlan plan = FaultPlan.NONE;
    Script script = null;
    for (String part : text.strip().split("\\s+", -1)) {
      if (part.startsWith("seed=")) {
        seed = Long.parseLong(part.substring(5));
      } else if (part.startsWith("faults=")) {
        plan = FaultPlan.parse(part.substring(7));
      } else if (part.startsWith("script=")) {
        script = Script.parse(part.substring(7));
      } else {
        throw new IllegalArgumentException(
            "replay part '" + part + "': write seed=…, faults=…, script=…, separated by spaces");
      }
    }
    return new Replay(seed, plan, script);
  }

  /** The one that the system property asks for, or null. */
  static @Nullable Replay asked() {
    String text = System.getProperty(PROPERTY);
    return text == null || text.isBlank() ? null : parse(text);
  }

  Replay with(Script other) {
    return new Replay(seed, plan, other);
  }

  Choices choices() {
    return script == null ? new SeededChoices(seed) : new ReplayedChoices(script);
  }

  @Override
  public String toString() {
    String faults = plan.toString();
    return "seed="
        + seed
        + (faults.isEmpty() ? "" : " faults=" + faults)
        + (script == null ? "" : " script=" + script);
  }
}
