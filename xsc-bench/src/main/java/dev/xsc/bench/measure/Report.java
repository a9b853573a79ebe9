// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import dev.xsc.bench.text.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A table of measurements, and where what is measured falls behind.
 *
 * @param columns their titles
 * @param rows as many cells as columns
 * @param losses one sentence each; none if there is nothing to admit
 */
public record Report(List<String> columns, List<List<String>> rows, List<String> losses) {
  public Report {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    losses = List.copyOf(losses);
  }

  /** For a terminal. */
  public List<String> text() {
    Table table = new Table("").row(columns);
    rows.forEach(table::row);
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.addAll(losses.isEmpty() ? List.of("No losses.") : losses);
    return lines;
  }

  /** For a Markdown file. */
  public List<String> markdown() {
    List<String> lines = new ArrayList<>();
    lines.add(markdownRow(columns));
    lines.add(markdownRow(Collections.nCopies(columns.size(), "---")));
    rows.forEach(row -> lines.add(markdownRow(row)));
    lines.add("");
    if (losses.isEmpty()) {
      lines.add("No losses.");
    } else {
      lines.add("Losses:");
      lines.add("");
      losses.forEach(loss -> lines.add("- " + loss));
    }
    return lines;
  }

  private static String markdownRow(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
