// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.sim.internal.det.TraceLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a trace into the page {@code trace.html}, which draws it by itself: the events are data in
 * it, and nothing is fetched from anywhere.
 */
final class TracePage {
  private static final String TEMPLATE = "trace.html";
  private static final String TITLE = "@TITLE@";
  private static final String DATA = "@DATA@";

  private TracePage() {}

  /** The page. */
  static String of(String title, List<TraceLog.Entry> entries, long dropped) {
    String template = template();
    int titleAt = template.indexOf(TITLE);
    int dataAt = template.indexOf(DATA);
    return template.substring(0, titleAt)
        + text(title.lines().findFirst().orElse("Trace"))
        + template.substring(titleAt + TITLE.length(), dataAt)
        + data(title, entries, dropped)
        + template.substring(dataAt + DATA.length());
  }

  private static String template() {
    try (InputStream in = TracePage.class.getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource "
                + TEMPLATE
                + " is missing beside "
                + TracePage.class
                + ": build with Maven");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An event is nanoseconds, number of its place, its kind's letter, its number, and words. */
  private static String data(String title, List<TraceLog.Entry> entries, long dropped) {
    List<String> places = new ArrayList<>();
    StringBuilder events = new StringBuilder(64 * entries.size());
    for (TraceLog.Entry entry : entries) {
      int place = places.indexOf(entry.where());
      if (place < 0) {
        place = places.size();
        places.add(entry.where());
      }
      events
          .append(events.isEmpty() ? "\n[" : ",\n[")
          .append(entry.at())
          .append(',')
          .append(place)
          .append(",\"")
          .append(letter(entry.kind()))
          .append("\",")
          .append(entry.number())
          .append(",\"")
          .append(json(entry.what()))
          .append("\"]");
    }
    StringBuilder data = new StringBuilder(events.length() + 256);
    data.append("{\"title\":\"").append(json(title)).append("\",\"dropped\":").append(dropped);
    data.append(",\"places\":[");
    for (int i = 0; i < places.size(); i++) {
      data.append(i == 0 ? "\"" : ",\"").append(json(places.get(i))).append('"');
    }
    return data.append("],\"events\":[").append(events).append("\n]}").toString();
  }

  private static char letter(TraceLog.Kind kind) {
    return switch (kind) {
      case NOTE -> 'n';
      case BEGIN -> 'b';
      case END -> 'e';
      case FAULT -> 'f';
    };
  }

  /** Within a script element, nothing may look like its end. */
  private static String json(String text) {
    return Trace.escape(text).replace("<", "\\u003c");
  }

  private static String text(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
