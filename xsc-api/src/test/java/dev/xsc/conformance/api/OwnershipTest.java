// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.CancelOutcome;
import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFuture;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Memory belongs to the kernel from submission to the terminal completion. */
class OwnershipTest extends ApiTest {
  @Test
  void aBufferInFlightCannotBeTouchedAndSaysWhoHasIt() throws Exception {
    Pair pair = pair();
    IoBuffer buffer = arena.allocate(16);
    RingFuture<Integer> reading = pair.server().readAsync(buffer.slice(0, 4));
    assertTrue(buffer.isInFlight());
    List<Runnable> accesses =
        List.of(
            () -> buffer.getByte(8),
            () -> buffer.putInt(8, 1),
            () -> buffer.getBytes(0, 1),
            () -> buffer.fill((byte) 0),
            buffer::segment,
            () -> buffer.slice(4, 4).putLong(0, 1),
            buffer::asByteBuffer);
    for (Runnable access : accesses) {
      IllegalStateException e = assertThrows(IllegalStateException.class, access::run);
      assertTrue(e.getMessage().contains("RECV"), e::toString);
    }
    pair.client().writeFully(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    assertEquals(4, get(reading));
    assertFalse(buffer.isInFlight());
    assertEquals(3, buffer.getByte(2));
  }

  @Test
  void anArenaWithABufferInFlightDoesNotClose() throws Exception {
    Pair pair = pair();
    IoArena mine = xsc.openArena();
    IoBuffer idle = mine.allocate(8);
    IoBuffer busy = mine.allocate(8);
    RingFuture<Integer> reading = pair.server().readAsync(busy);
    IllegalStateException e = assertThrows(IllegalStateException.class, mine::close);
    assertTrue(e.getMessage().contains("RECV"), e::toString);
    idle.putByte(0, (byte) 1);
    assertEquals(CancelOutcome.CANCELLED, get(reading.cancelOperation()));
    mine.close();
    assertThrows(IllegalStateException.class, () -> idle.getByte(0));
    assertThrows(IllegalStateException.class, () -> mine.allocate(1));
    assertThrows(IllegalStateException.class, () -> get(pair.server().readAsync(busy)));
  }

  @Test
  void memoryComesBackWhenTheSocketIsClosedUnderTheOperation() throws Exception {
    Pair pair = pair();
    IoBuffer buffer = arena.allocate(8);
    RingFuture<Integer> reading = pair.server().readAsync(buffer);
    pair.server().close();
    assertThrows(Exception.class, () -> get(reading));
    assertFalse(buffer.isInFlight());
  }

  @Test
  void twoOperationsMayShareABuffer() throws Exception {
    Pair pair = pair();
    IoBuffer buffer = arena.allocate(8);
    RingFuture<Integer> first = pair.server().readAsync(buffer.slice(0, 4));
    RingFuture<Integer> second = pair.server().readAsync(buffer.slice(4, 4));
    first.cancel(true);
    assertThrows(Exception.class, () -> get(first));
    assertTrue(buffer.isInFlight());
    second.cancel(true);
    assertThrows(Exception.class, () -> get(second));
    assertFalse(buffer.isInFlight());
  }

  @Test
  void inCheckedModeForeignMemoryMayBeFreedUnderAnOperation() throws Exception {
    Pair pair = pair();
    RingFuture<Integer> reading;
    try (Arena foreign = Arena.ofShared()) {
      MemorySegment memory = foreign.allocate(8);
      reading = pair.server().readAsync(memory);
    }
    pair.client().writeFully(ByteBuffer.wrap(new byte[8]));
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> reading.get(20, TimeUnit.SECONDS));
    assertTrue(e.getCause().getMessage().contains("was freed while"), e::toString);
  }

  @Test
  void sizesThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> arena.allocate(0));
    assertThrows(IndexOutOfBoundsException.class, () -> arena.allocate(8).slice(4, 8));
    assertThrows(IndexOutOfBoundsException.class, () -> arena.allocate(8).getLong(1));
  }
}
