// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.bench.info.Effort;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContestTest {
  @Test
  void theVerdictIsHonest() {
    Sample ours = Sample.ofCalls(1000, 1, 100);
    assertEquals("2.00x, faster", Contest.verdict(ours, Sample.ofCalls(1000, 1, 200)));
    assertEquals("0.50x, slower", Contest.verdict(ours, Sample.ofCalls(1000, 1, 50)));
    assertEquals("1.04x, even", Contest.verdict(ours, Sample.ofCalls(1000, 1, 104)));
  }

  @Test
  void theMedianOfTheRoundsCounts() throws IOException {
    AtomicInteger round = new AtomicInteger();
    Contender uneven =
        new Contender(
            "uneven",
            () -> {
              int number = round.getAndIncrement();
              // The first ones are warm-ups, and of the others most take a second.
              long seconds = number < 3 ? 100 : number == 4 ? 50 : 1;
              return new Sample(1 << 20, new Effort(10, 5), seconds * 1_000_000_000);
            });
    List<String> table = Contest.run("", List.of(uneven));
    assertEquals("uneven  10          0.500       1.000 s  1 MiB/s", table.get(1));
  }
}
