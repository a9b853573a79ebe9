// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * What a loop adds while a reader takes, gives up waiting, or closes: each thing is read, discarded
 * or still there, never two of these, and never lost; the rest is linearizable.
 */
public class ArrivalsLincheckTest {
  private final AtomicInteger discarded = new AtomicInteger();
  private final AtomicInteger read = new AtomicInteger();
  private final Arrivals<Integer> arrivals =
      new Arrivals<>("test", () -> {}, Runnable::run, 16, _ -> discarded.incrementAndGet());
  private int added;

  /** The loop's side; one thread. */
  @Operation(nonParallelGroup = "loop")
  public void add() {
    arrivals.add(++added);
  }

  /** The loop's side, at the end of the stream. */
  @Operation(nonParallelGroup = "loop")
  public void end() {
    arrivals.end();
  }

  /** What there is now; 0 for nothing, -1 for the end, -2 for closed. */
  @Operation(nonParallelGroup = "reader")
  public int takeNow() {
    CompletableFuture<Integer> future = arrivals.takeAsync();
    if (!future.isDone() && future.cancel(false)) {
      return 0;
    }
    // Whoever serves it has the claim, and is about to complete it.
    while (!future.isDone()) {
      Thread.onSpinWait();
    }
    if (future.isCompletedExceptionally()) {
      return -2;
    }
    Integer item = future.join();
    if (item == null) {
      return -1;
    }
    read.incrementAndGet();
    return item;
  }

  /** The reader goes. */
  @Operation(nonParallelGroup = "reader")
  public void close() {
    arrivals.close();
    arrivals.clear();
  }

  /** After everything. */
  @Validate
  public void nothingIsLostOrTwice() {
    arrivals.clear();
    if (read.get() + discarded.get() != added) {
      throw new IllegalStateException(
          added + " added, " + read + " read, " + discarded + " discarded");
    }
  }

  @Test
  void everyInterleavingOfSmallProgramsIsLinearizable() {
    new ModelCheckingOptions()
        .iterations(10)
        .invocationsPerIteration(500)
        .threads(2)
        .actorsPerThread(3)
        .check(ArrivalsLincheckTest.class);
  }

  @Test
  void realThreadsAreLinearizable() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(1000)
        .threads(2)
        .actorsPerThread(3)
        .check(ArrivalsLincheckTest.class);
  }
}
