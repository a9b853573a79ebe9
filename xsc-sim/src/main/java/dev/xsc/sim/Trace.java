// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.sim.internal.det.TraceLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What happened in a simulation, in virtual time: each operation's beginning and end on each ring,
 * and what else its parts wrote down. The same seed and code give the same text. Immutable.
 */
public final class Trace {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int NANOS_PER_MICRO = 1000;

  /** Of a run that was not traced. */
  static final Trace EMPTY = new Trace(List.of(), 0);

  private final List<TraceLog.Entry> entries;
  private final long dropped;

  Trace(TraceLog log) {
    this(log.entries(), log.dropped());
  }

  private Trace(List<TraceLog.Entry> entries, long dropped) {
    this.entries = List.copyOf(entries);
    this.dropped = dropped;
  }

  /** How many lines it has. */
  public int size() {
    return entries.size();
  }

  /** A line for each event: seconds, where, and what. */
  public String text() {
    StringBuilder text = new StringBuilder(64 * entries.size());
    if (dropped > 0) {
      text.append("… ").append(dropped).append(" earlier lines were dropped\n");
    }
    for (TraceLog.Entry entry : entries) {
      String fraction = Long.toString(NANOS_PER_SECOND + entry.at() % NANOS_PER_SECOND);
      text.append(entry.at() / NANOS_PER_SECOND)
          .append('.')
          .append(fraction, 1, fraction.length())
          .append(' ')
          .append(entry.where())
          .append(
              switch (entry.kind()) {
                case NOTE -> "   ";
                case BEGIN -> " > ";
                case END -> " < ";
                case FAULT -> " ! ";
              })
          .append(entry.what())
          .append('\n');
    }
    return text.toString();
  }

  /**
   * The same in the trace event format, which chrome://tracing and ui.perfetto.dev open. Each ring
   * is a process with its operations as asynchronous spans.
   */
  public String chromeJson() {
    List<String> places = new ArrayList<>();
    Set<String> begun = new HashSet<>();
    StringBuilder json = new StringBuilder("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
    String separator = "";
    for (TraceLog.Entry entry : entries) {
      if (entry.kind() == TraceLog.Kind.END && !begun.remove(entry.where() + entry.number())) {
        continue; // its beginning was dropped
      }
      if (entry.kind() == TraceLog.Kind.BEGIN) {
        begun.add(entry.where() + entry.number());
      }
      int place = places.indexOf(entry.where());
      if (place < 0) {
        place = places.size();
        places.add(entry.where());
        json.append(separator)
            .append("{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":")
            .append(place)
            .append(",\"tid\":0,\"args\":{\"name\":\"")
            .append(escape(entry.where()))
            .append("\"}}");
        separator = ",\n";
      }
      append(json.append(separator), entry, place);
    }
    return json.append("\n]}\n").toString();
  }

  private static void append(StringBuilder json, TraceLog.Entry entry, int place) {
    // The name of a span must be the same at both ends: the operation's, without its result.
    String name = entry.what().split(" = ", 2)[0];
    json.append("{\"name\":\"").append(escape(name)).append("\",\"cat\":\"sim\",\"ph\":\"");
    switch (entry.kind()) {
      case NOTE, FAULT -> json.append("i\",\"s\":\"p\"");
      // Numbers count within a ring, and viewers look for a pair in all of them.
      case BEGIN -> json.append("b\",\"id\":\"").append(id(entry, place)).append('"');
      case END -> json.append("e\",\"id\":\"").append(id(entry, place)).append('"');
    }
    String nanos = Long.toString(1000 + entry.at() % NANOS_PER_MICRO);
    json.append(",\"ts\":")
        .append(entry.at() / NANOS_PER_MICRO)
        .append('.')
        .append(nanos, 1, nanos.length())
        .append(",\"pid\":")
        .append(place)
        .append(",\"tid\":0,\"args\":{\"what\":\"")
        .append(escape(entry.what()))
        .append("\"}}");
  }

  private static String id(TraceLog.Entry entry, int place) {
    return place + "." + entry.number();
  }

  /** A text as it stands between the quotes of JSON. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ') {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /**
   * The same as a web page of its own, which needs no network: a lane for each ring, a bar for each
   * operation, faults and power cuts marked, and a list of everything.
   *
   * @param title what the trace is of, such as a scenario; further lines, such as what repeats it,
   *     stand beneath
   */
  public String html(String title) {
    return TracePage.of(title, entries, dropped);
  }

  @Override
  public String toString() {
    return text();
  }
}
