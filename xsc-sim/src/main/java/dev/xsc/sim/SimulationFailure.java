// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

/**
 * A run that failed, with all that is needed to have it again: seed, fault plan, the decisions that
 * matter, and what happened. The cause is what the run failed with.
 */
public final class SimulationFailure extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** Most of a trace that is put into a message. */
  private static final int TAIL = 60;

  private final long seed;
  private final String plan;
  private final String replay;
  private final String trace;

  SimulationFailure(Replay replay, Throwable cause, String trace, String how) {
    super(message(replay, cause, trace, how), cause);
    this.seed = replay.seed();
    this.plan = replay.plan().toString();
    this.replay = replay.toString();
    this.trace = trace;
  }

  private static String message(Replay replay, Throwable cause, String trace, String how) {
    String[] lines = trace.split("\n", -1);
    int from = Math.max(0, lines.length - TAIL);
    StringBuilder text = new StringBuilder(cause.toString());
    text.append("\n  seed ").append(replay.seed());
    text.append("\n  faults ").append(replay.plan().toString().isEmpty() ? "none" : replay.plan());
    text.append("\n  ").append(how);
    text.append("\n  replay with -D")
        .append(Replay.PROPERTY)
        .append("='")
        .append(replay)
        .append("'");
    text.append("\n  trace");
    if (from > 0) {
      text.append(" (the last ").append(TAIL).append(" lines of ").append(lines.length).append(")");
    }
    text.append('\n');
    for (int i = from; i < lines.length; i++) {
      text.append("    ").append(lines[i]).append('\n');
    }
    return text.toString();
  }

  /** The seed that it failed with. */
  public long seed() {
    return seed;
  }

  /** The fault plan, as text. */
  public String plan() {
    return plan;
  }

  /** What the property {@code dev.xsc.sim.replay} must be set to. */
  public String replay() {
    return replay;
  }

  /** The whole trace of the smallest run that fails. */
  public String trace() {
    return trace;
  }
}
