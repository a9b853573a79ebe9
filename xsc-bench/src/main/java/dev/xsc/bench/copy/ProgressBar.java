// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.bench.text.Sizes;
import java.io.PrintWriter;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Paints progress over and over into one line of a terminal, at most ten times a second.
 * Thread-safe; closing wipes the line.
 */
public final class ProgressBar implements Progress, AutoCloseable {
  private static final int WIDTH = 30;
  private static final long INTERVAL = 100_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final String WIPE = "\r\u001b[K";

  private final PrintWriter terminal;
  private final ReentrantLock painting = new ReentrantLock();
  private String what = "";
  private long begun;
  private long painted;
  private boolean visible;

  /** A bar on this terminal; nothing shows before {@link #INTERVAL} has passed. */
  public ProgressBar(PrintWriter terminal) {
    this.terminal = terminal;
  }

  @Override
  public void advanced(String what, long done, long total) {
    // Whoever finds somebody painting goes on copying.
    if (!painting.tryLock()) {
      return;
    }
    try {
      long now = System.nanoTime();
      if (!what.equals(this.what)) {
        this.what = what;
        begun = now;
        painted = now;
      }
      if (now - painted >= INTERVAL) {
        painted = now;
        visible = true;
        terminal.print(WIPE + line(what, done, total, now - begun));
        terminal.flush();
      }
    } finally {
      painting.unlock();
    }
  }

  static String line(String what, long done, long total, long nanos) {
    double part = total == 0 ? 1 : (double) done / total;
    int filled = (int) (part * WIDTH);
    long left = (long) (nanos / Math.max(part, 1e-6) * (1 - part)) / NANOS_PER_SECOND;
    return Sizes.format(
        "%s [%s%s] %3d%%  %s of %s  %s  %d:%02d left",
        what,
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        (int) (part * 100),
        Sizes.bytes(done),
        Sizes.bytes(total),
        Sizes.rate(done, nanos),
        left / 60,
        left % 60);
  }

  @Override
  public void close() {
    painting.lock();
    try {
      if (visible) {
        terminal.print(WIPE);
        terminal.flush();
      }
    } finally {
      painting.unlock();
    }
  }
}
