// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    Table table = new Table("> ").row("a", "b", "c").row("long", "", "x").row("only");
    assertEquals(List.of("> a     b  c", "> long     x", "> only"), table.lines());
  }

  @Test
  void aTableWithoutRowsHasNoLines() {
    assertEquals(List.of(), new Table("").lines());
  }
}
