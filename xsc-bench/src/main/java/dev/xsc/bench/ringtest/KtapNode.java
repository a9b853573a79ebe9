// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A group of tests in KTAP: a header with a plan, then the results of what is in it. A group that
 * does not know its plan beforehand keeps everything back until it ends.
 */
final class KtapNode {
  private static final String INDENT = "  ";

  private final Consumer<String> out;
  private final int planned;
  private final List<String> keptBack = new ArrayList<>();
  private int results;
  private int failures;
  private int skips;

  /**
   * Opens a group.
   *
   * @param title a line for people
   * @param planned how many results it will have; negative if that shows only later
   * @param out takes its lines
   */
  KtapNode(String title, int planned, Consumer<String> out) {
    this.out = out;
    this.planned = planned;
    out.accept("KTAP version 1");
    out.accept("# " + title);
    if (planned >= 0) {
      out.accept("1.." + planned);
    }
  }

  /** Opens a group in this one. */
  KtapNode group(String name, int plannedInIt) {
    return new KtapNode("Subtest: " + clean(name), plannedInIt, line -> line(INDENT + line));
  }

  void passed(String name) {
    result("ok", name, "");
  }

  void skipped(String name, String reason) {
    skips++;
    result("ok", name, " # SKIP " + clean(reason));
  }

  void failed(String name) {
    failures++;
    result("not ok", name, "");
  }

  void diagnostic(String text) {
    text.lines().forEach(line -> line(("# " + line).stripTrailing()));
  }

  private void result(String result, String name, String remark) {
    results++;
    line(result + " " + results + " " + clean(name) + remark);
  }

  private void line(String line) {
    if (planned >= 0) {
      out.accept(line);
    } else {
      keptBack.add(line);
    }
  }

  /** Closes this group; its result is for the caller to report. */
  void end() {
    if (planned < 0) {
      out.accept("1.." + results);
      keptBack.forEach(out);
    }
  }

  int results() {
    return results;
  }

  boolean hasFailures() {
    return failures > 0;
  }

  boolean wasSkipped() {
    return results > 0 && skips == results;
  }

  /** One line, in which nothing looks like a directive. */
  private static String clean(String text) {
    return text.replaceAll("\\s+", " ").replace("#", "\\#").strip();
  }
}
