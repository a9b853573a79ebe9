// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  @Test
  void halfWayThereTheBarIsHalfFull() {
    assertEquals(
        "copying [###############...............]  50%  5 MiB of 10 MiB  5 MiB/s  0:01 left",
        ProgressBar.line("copying", 5 << 20, 10 << 20, 1_000_000_000));
  }

  @Test
  void theEndsAreNoSpecialCases() {
    assertEquals(
        "x [..............................]   0%  0 B of 10 B  0 B/s  0:00 left",
        ProgressBar.line("x", 0, 10, 0));
    assertEquals(
        "x [##############################] 100%  0 B of 0 B  0 B/s  0:00 left",
        ProgressBar.line("x", 0, 0, 5));
  }

  @Test
  void nothingIsPaintedForShortWork() {
    StringWriter terminal = new StringWriter();
    try (ProgressBar bar = new ProgressBar(new PrintWriter(terminal))) {
      bar.advanced("copying", 1, 1);
    }
    assertEquals("", terminal.toString());
  }
}
