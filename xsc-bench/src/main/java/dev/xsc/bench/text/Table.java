// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.text;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as their widest cell, two spaces apart. Not thread-safe. */
public final class Table {
  private final String indent;
  private final List<List<String>> rows = new ArrayList<>();

  /** An empty table whose lines all begin with this. */
  public Table(String indent) {
    this.indent = indent;
  }

  /** Adds a row; rows may differ in length. */
  public Table row(String... cells) {
    return row(List.of(cells));
  }

  /** Adds a row; rows may differ in length. */
  public Table row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  /** One string per row, without spaces at the end. */
  public List<String> lines() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(indent);
    for (int i = 0; i < row.size(); i++) {
      String cell = row.get(i);
      line.append(cell).repeat(' ', widths[i] - cell.length() + 2);
    }
    return line.toString().stripTrailing();
  }
}
