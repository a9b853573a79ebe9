// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HandoverTest {
  @Test
  void aFullQueueRefusesAndAnEmptyOneGivesNothing() {
    Handover<Integer> queue = new Handover<>(2);
    assertNull(queue.poll());
    assertTrue(queue.offer(1));
    assertTrue(queue.offer(2));
    assertFalse(queue.offer(3));
    assertEquals(1, queue.poll());
    assertTrue(queue.offer(3));
    assertEquals(2, queue.poll());
    assertEquals(3, queue.poll());
    assertTrue(queue.isEmpty());
  }

  @Test
  void everythingArrivesInOrderAtAnotherThread() throws InterruptedException {
    Handover<int[]> queue = new Handover<>(16);
    int count = 200_000;
    Thread sender =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < count; i++) {
                int[] value = {i};
                while (!queue.offer(value)) {
                  Thread.onSpinWait();
                }
              }
            });
    for (int i = 0; i < count; i++) {
      int[] value = queue.poll();
      while (value == null) {
        Thread.onSpinWait();
        value = queue.poll();
      }
      assertEquals(i, value[0]);
    }
    sender.join();
  }
}
