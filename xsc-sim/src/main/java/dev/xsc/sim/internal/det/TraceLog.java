// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.Fault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is written down, up to a limit: then the oldest goes. One simulation's. */
public final class TraceLog implements Tracer {
  /** Where faults are written down: what strikes does not know whom. */
  public static final String FAULTS = "faults";

  private final Timeline timeline;
  private final int limit;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long dropped;

  /** What an entry says. */
  public enum Kind {
    /** Something happened. */
    NOTE,
    /** Something began. */
    BEGIN,
    /** It ended. */
    END,
    /** A fault struck. */
    FAULT
  }

  /**
   * One line.
   *
   * @param at nanoseconds
   * @param number of what begins or ends; 0 for a note or a fault
   */
  public record Entry(long at, String where, Kind kind, long number, String what) {}

  /** An empty log. */
  public TraceLog(Timeline timeline, int limit) {
    this.timeline = timeline;
    this.limit = limit;
  }

  @Override
  public boolean on() {
    return true;
  }

  @Override
  public void note(String where, String what) {
    add(where, Kind.NOTE, 0, what);
  }

  @Override
  public void begin(String where, long number, String what) {
    add(where, Kind.BEGIN, number, what);
  }

  @Override
  public void end(String where, long number, String what) {
    add(where, Kind.END, number, what);
  }

  @Override
  public void fault(Fault fault) {
    // Which thread runs next is no news: it would be every other line.
    if (fault.group() != Fault.Group.THREADS) {
      add(FAULTS, Kind.FAULT, 0, fault.name());
    }
  }

  private void add(String where, Kind kind, long number, String what) {
    if (entries.size() == limit) {
      entries.remove();
      dropped++;
    }
    entries.add(new Entry(timeline.now(), where, kind, number, what));
  }

  /** Everything kept, the oldest first. */
  public List<Entry> entries() {
    return new ArrayList<>(entries);
  }

  /** How many were too many. */
  public long dropped() {
    return dropped;
  }
}
