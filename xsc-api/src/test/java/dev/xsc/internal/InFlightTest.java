// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Op;
import dev.xsc.ring.Sqe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final InFlight inFlight = new InFlight();

  private static Operation<?> operation() {
    return new Operation<Void>(null, Op.NOP, null) {
      @Override
      void fill(Sqe sqe) {
        sqe.nop();
      }

      @Override
      Void value(int res) {
        return null;
      }
    };
  }

  @Test
  void userDataLeadsBackToItsOperation() {
    List<Operation<?>> operations = new ArrayList<>();
    Set<Long> userData = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      operations.add(operation());
      userData.add(inFlight.add(operations.get(i)));
    }
    assertEquals(1000, userData.size());
    assertEquals(1000, inFlight.size());
    for (Operation<?> each : operations) {
      long data = inFlight.userData(each);
      assertSame(each, inFlight.get(data));
      assertSame(each, inFlight.get(data | InFlight.TIMEOUT_PART), "its time-out is its part");
      assertSame(each, inFlight.at(each.slot));
    }
  }

  @Test
  void aCompletionForAnOperationThatHasEndedIsNoticed() {
    Operation<?> first = operation();
    long data = inFlight.add(first);
    int slot = first.slot;
    inFlight.remove(first);
    assertEquals(-1, first.slot);
    assertEquals(0, inFlight.size());
    assertNull(inFlight.at(slot));
    assertThrows(IllegalStateException.class, () -> inFlight.get(data));
    Operation<?> second = operation();
    inFlight.add(second);
    assertEquals(slot, second.slot, "the slot is used again");
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> inFlight.get(data));
    assertTrue(e.getMessage().contains(Long.toHexString(data)), e::toString);
    assertSame(second, inFlight.get(inFlight.userData(second)));
  }

  @Test
  void generationsOfASlotAreManyAndNeverTouchTheOtherBits() {
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 1 << 15; i++) {
      Operation<?> each = operation();
      long data = inFlight.add(each);
      assertEquals(0, data & ~((1L << 47) - 1), "beyond slot and generation");
      assertTrue(seen.add(data), () -> "user data 0x" + Long.toHexString(data) + " twice");
      assertSame(each, inFlight.get(data));
      inFlight.remove(each);
    }
    Operation<?> next = operation();
    assertTrue(seen.contains(inFlight.add(next)), "after all generations it begins again");
    assertSame(next, inFlight.get(inFlight.userData(next)));
  }

  @Test
  void whatIsNoUserDataAtAllIsNoticed() {
    assertThrows(IllegalStateException.class, () -> inFlight.get(0));
    assertThrows(IllegalStateException.class, () -> inFlight.get(0x7fff_ffffL));
    assertThrows(IllegalStateException.class, () -> inFlight.get(0xffff_ffffL));
  }
}
