// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xsc.ring.Feature;
import dev.xsc.ring.Op;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Support;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * An entry that could not be filled is not submitted, above all not with what its slot held before.
 */
class RefusedEntryTest extends RingTest {
  private static final MemorySegment HEAP = MemorySegment.ofArray(new byte[4]);

  @Test
  void aSlotIsNotSubmittedWithItsOldContent() {
    RingTester tiny = open(options -> options.entries(1));
    int fd = file("log");
    tiny.run(sqe -> sqe.write(fd, memory("once"), Sqe.AT_POSITION));
    assertThrows(IllegalArgumentException.class, () -> tiny.ring().next().write(fd, HEAP, 0));
    tiny.ring().submit();
    tiny.expectNothing(Duration.ofMillis(20));
    assertArrayEquals(bytes("once"), contentOf("log"));
  }

  @Test
  void anEntryThatWasNeverFilledIsNotSubmitted() {
    RingTester tiny = open(options -> options.entries(1));
    int fd = file("log");
    tiny.run(sqe -> sqe.write(fd, memory("once"), Sqe.AT_POSITION));
    tiny.ring().next();
    tiny.ring().submit();
    tiny.expectNothing(Duration.ofMillis(20));
    assertArrayEquals(bytes("once"), contentOf("log"));
  }

  @Test
  void theRingGoesOnAfterARefusedEntry() {
    long first = ring.fill(Sqe::nop);
    Ring raw = ring.ring();
    assertThrows(IllegalArgumentException.class, () -> raw.next().write(0, HEAP, 0));
    long second = ring.fill(Sqe::nop);
    raw.submit();
    assertResult(0, ring.result(first));
    assertResult(0, ring.result(second));
    assertEquals(0, raw.inFlight());
  }

  @Test
  void anEntryWithReservedUserDataIsNotSubmitted() {
    int fd = file("log");
    MemorySegment text = memory("never");
    assertThrows(
        IllegalArgumentException.class,
        () -> ring.ring().next().write(fd, text, 0).userData(Sqe.RESERVED_USER_DATA));
    ring.ring().submit();
    ring.expectNothing(Duration.ofMillis(20));
    assertArrayEquals(new byte[0], contentOf("log"));
  }

  @Test
  void anOperationThatCannotBeLinkedIsNotDone() {
    int fd = file("full", bytes("content"));
    if (ring.ring().capabilities().support(Op.FTRUNCATE) == Support.NATIVE) {
      // Then there is nothing that cannot be linked.
      assertResult(0, ring.run(sqe -> sqe.ftruncate(fd, 3).link()));
      assertArrayEquals(bytes("con"), contentOf("full"));
      return;
    }
    assertThrows(
        UnsupportedOperationException.class, () -> ring.fill(sqe -> sqe.ftruncate(fd, 0).link()));
    ring.ring().submit();
    ring.expectNothing(Duration.ofMillis(20));
    assertArrayEquals(bytes("content"), contentOf("full"));
  }

  @Test
  void anUnsubmittedOperationIsForgottenOnClose() {
    int fd = file("full", bytes("content"));
    Pipe pipe = pipe();
    Ring raw = openRaw();
    if (raw.capabilities().has(Feature.CANCEL_ANY)) {
      // Closing has to submit a cancel then, and must not submit more.
      raw.next().read(pipe.read(), memory(1), Sqe.AT_POSITION);
      raw.submit();
    }
    raw.next().ftruncate(fd, 0).userData(99);
    raw.close();
    assertArrayEquals(bytes("content"), contentOf("full"));
  }
}
