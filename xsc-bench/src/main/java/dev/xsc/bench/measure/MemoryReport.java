// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static dev.xsc.bench.text.Sizes.format;

import dev.xsc.bench.text.Sizes;
import java.util.ArrayList;
import java.util.List;

/** The table of {@code xsc sim soak}: what is held after more and more seeds. Not thread-safe. */
public final class MemoryReport {
  /** Until everything is loaded and compiled, and pools have their size. */
  private static final int SETTLED = 2;

  private static final double MIB = 1 << 20;
  private static final List<String> COLUMNS =
      List.of("seeds", "seeds per minute and core", "heap after GC, MiB", "resident, MiB");

  private final long heapAllowed;
  private final long residentAllowed;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * What is held.
   *
   * @param seeds so far
   * @param perMinute seeds per minute and core since the sample before
   * @param heap bytes after a collection
   * @param resident bytes of the whole process; 0 if not to be known
   */
  public record Sample(long seeds, double perMinute, long heap, long resident) {}

  /**
   * A report without samples.
   *
   * @param heapAllowed bytes that the heap may grow by after the second sample
   * @param residentAllowed bytes that the process may grow by after the second sample
   */
  public MemoryReport(long heapAllowed, long residentAllowed) {
    this.heapAllowed = heapAllowed;
    this.residentAllowed = residentAllowed;
  }

  /** Adds the next sample. */
  public void add(Sample sample) {
    samples.add(sample);
  }

  /** The report on all samples so far. */
  public Report report() {
    List<List<String>> rows = new ArrayList<>();
    for (Sample sample : samples) {
      rows.add(
          List.of(
              Sizes.count(sample.seeds),
              format("%,.0f", sample.perMinute),
              mib(sample.heap),
              sample.resident == 0 ? "-" : mib(sample.resident)));
    }
    List<String> losses = new ArrayList<>();
    if (samples.size() > SETTLED) {
      Sample first = samples.get(SETTLED - 1);
      Sample last = samples.getLast();
      grown(losses, "the heap", first, last, first.heap, last.heap, heapAllowed);
      grown(losses, "the process", first, last, first.resident, last.resident, residentAllowed);
    }
    return new Report(COLUMNS, rows, losses);
  }

  private static void grown(
      List<String> losses,
      String what,
      Sample first,
      Sample last,
      long before,
      long after,
      long allowed) {
    if (after - before > allowed) {
      losses.add(
          format(
              "LOSS: %s grew from %s to %s MiB between seeds %,d and %,d; the aim is at most %s MiB"
                  + " more",
              what, mib(before), mib(after), first.seeds, last.seeds, mib(allowed)));
    }
  }

  private static String mib(long bytes) {
    return format("%.1f", bytes / MIB);
  }
}
