// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void whatIsOutOfBoundsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Shape(511, 1));
    assertThrows(IllegalArgumentException.class, () -> new Shape((64 << 20) + 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Shape(4096, 0));
    assertThrows(IllegalArgumentException.class, () -> new Shape(4096, 1025));
    assertThrows(IllegalArgumentException.class, () -> new Shape(64 << 20, 17));
  }

  @Test
  void smallFilesGetFewWorkers() {
    Shape shape = new Shape(4096, 8);
    assertEquals(1, shape.workers(1));
    assertEquals(1, shape.workers(4096));
    assertEquals(2, shape.workers(4097));
    assertEquals(8, shape.workers(Long.MAX_VALUE));
  }

  @Test
  void aRingHasRoomForEveryOperation() {
    assertEquals(2, new Shape(4096, 1).entries());
    assertEquals(2, new Shape(4096, 2).entries());
    assertEquals(4, new Shape(4096, 3).entries());
    assertEquals(32, new Shape(4096, 32).entries());
    assertEquals(64, new Shape(4096, 33).entries());
    assertEquals(1024, new Shape(4096, 1024).entries());
  }
}
