// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
  @Test
  void requestsComeByDeadlineThenAgeWhateverWasRemoved() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      TimerQueue queue = new TimerQueue();
      List<Request> model = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Request r = new Request();
        r.deadline = random.nextInt(20);
        queue.add(r);
        model.add(r);
        if (random.nextInt(3) == 0) {
          Request removed = model.remove(random.nextInt(model.size()));
          queue.remove(removed);
          queue.remove(removed);
        }
      }
      model.sort(Comparator.comparingLong(r -> r.deadline));
      for (Request expected : model) {
        assertEquals(expected.deadline, queue.next());
        assertNull(queue.pollDue(expected.deadline - 1));
        assertSame(expected, queue.pollDue(expected.deadline));
      }
      assertEquals(Long.MAX_VALUE, queue.next());
    }
  }
}
