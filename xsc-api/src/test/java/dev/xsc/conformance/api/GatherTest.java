// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.IoBuffer;
import dev.xsc.RingFuture;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Several buffers in one send; waiting for a future; reads of nothing. */
class GatherTest extends ApiTest {
  @Test
  void readingIntoNothingDoesNotWait() throws Exception {
    Pair pair = pair();
    assertEquals(0, get(go(() -> pair.server().read(ByteBuffer.allocate(0)))));
    get(pair.server().readFullyAsync(ByteBuffer.allocate(0)));
  }

  @Test
  void severalBuffersAreSentInOrderWithOneCall() throws Exception {
    Pair pair = pair();
    IoBuffer head = arena.allocate(3).putBytes(0, new byte[] {1, 2, 3});
    IoBuffer empty = arena.allocate(8).slice(0, 0);
    IoBuffer body = arena.allocate(2).putBytes(0, new byte[] {4, 5});
    assertEquals(5, pair.client().writev(List.of(head, empty, body)));
    ByteBuffer all = ByteBuffer.allocate(5);
    pair.server().readFully(all);
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5}, all.array());
    assertFalse(head.isInFlight() || body.isInFlight());
    assertThrows(IllegalArgumentException.class, () -> pair.client().writev(List.of()));
  }

  @Test
  void aGatherThatTheSocketDoesNotTakeAtOnceGoesOnUntilAllIsSent() throws Exception {
    Pair pair = pair();
    List<IoBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      buffers.add(arena.allocate(1_500_001).fill((byte) i));
    }
    Future<byte[]> arrived =
        go(() -> {
          ByteBuffer all = ByteBuffer.allocate(7 * 1_500_001);
          pair.server().readFully(all);
          return all.array();
        });
    RingFuture<Long> sending = pair.client().writevFullyAsync(buffers);
    byte[] all = get(arrived);
    assertEquals(all.length, get(sending));
    for (int i = 0; i < all.length; i++) {
      assertEquals(i / 1_500_001, all[i]);
    }
  }

  @Test
  void anInterruptedAwaitCancels() throws Exception {
    Pair pair = pair();
    IoBuffer buffer = arena.allocate(1);
    assertTrue(
        get(
            go(() -> {
              RingFuture<Integer> reading = pair.server().readAsync(buffer);
              Thread.currentThread().interrupt();
              assertThrows(InterruptedIOException.class, reading::await);
              return Thread.interrupted();
            })));
    assertFalse(buffer.isInFlight());
  }
}
