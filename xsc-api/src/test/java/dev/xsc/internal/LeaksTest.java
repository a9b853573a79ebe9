// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaksTest {
  private final Logger logger = Logger.getLogger("dev.xsc");
  private final List<LogRecord> records = new ArrayList<>();
  private final Handler recorder =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          records.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void record() {
    logger.addHandler(recorder);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void restore() {
    logger.removeHandler(recorder);
    logger.setUseParentHandlers(true);
  }

  private static void makeAndDrop(String what) {
    Leaks.track(new Object(), what, true);
  }

  /** Collects garbage until something has been found, or it has been tried often. */
  private static int found() throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      System.gc();
      int found = Leaks.report();
      if (found > 0) {
        return found;
      }
      Thread.sleep(1);
    }
    return 0;
  }

  @Test
  void whatWasDroppedIsReportedOnceWithThePlaceWhereItWasMade() throws Exception {
    makeAndDrop("a thing");
    assertEquals(1, found());
    assertEquals(1, records.size());
    assertTrue(records.getFirst().getMessage().contains("a thing"), records.getFirst()::getMessage);
    assertTrue(
        Arrays.stream(records.getFirst().getThrown().getStackTrace())
            .anyMatch(frame ->
                frame.getClassName().equals(LeaksTest.class.getName())
                    && frame.getMethodName().equals("makeAndDrop")),
        "the place is missing");
    System.gc();
    assertEquals(0, Leaks.report());
  }

  @Test
  void whatWasClosedIsNotReported() throws Exception {
    Leaks.Tracked closed = Leaks.track(new Object(), "closed", true);
    closed.close();
    closed.close();
    makeAndDrop("dropped after it");
    assertEquals(1, found());
    assertTrue(records.getFirst().getMessage().contains("dropped after it"));
  }

  @Test
  void withoutChecksNothingIsWatched() {
    assertSame(Leaks.UNTRACKED, Leaks.track(new Object(), "unchecked", false));
  }
}
