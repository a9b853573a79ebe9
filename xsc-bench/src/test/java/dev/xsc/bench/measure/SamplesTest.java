// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void theMedianIsTheMiddleOrBetweenTheTwo() {
    assertEquals(5, Samples.of(9, 5, 1).median());
    assertEquals(4, Samples.of(9, 5, 3, 1).median());
    assertEquals(7, Samples.of(7).median());
  }

  @Test
  void oneDisturbedSampleDoesNotMoveTheMedian() {
    assertEquals(100, Samples.of(100, 100, 100, 100, 100_000).median());
  }

  @Test
  void quantilesLieBetweenSamples() {
    Samples samples = Samples.of(40, 10, 30, 20, 0);
    assertEquals(0, samples.quantile(0));
    assertEquals(10, samples.quantile(0.25));
    assertEquals(15, samples.quantile(0.375));
    assertEquals(40, samples.quantile(1));
  }

  @Test
  void samplesAreDividedInPairs() {
    assertEquals(Samples.of(2, 0.5), Samples.of(8, 3).dividedBy(Samples.of(4, 6)));
  }

  @Test
  void whatWasNotTakenInPairsIsNotDivided() {
    assertThrows(IllegalArgumentException.class, () -> Samples.of(1, 2).dividedBy(Samples.of(1)));
  }

  @Test
  void nothingHasNoMedian() {
    assertThrows(IllegalStateException.class, () -> Samples.of().median());
  }
}
