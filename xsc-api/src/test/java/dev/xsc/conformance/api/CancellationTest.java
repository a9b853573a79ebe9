// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.CancelOutcome;
import dev.xsc.IoBuffer;
import dev.xsc.RingFuture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Cancelling, interrupting and closing: each operation has one outcome, and it is the true one. */
class CancellationTest extends ApiTest {
  @Test
  void aWaitingOperationIsCancelled() throws Exception {
    Pair pair = pair();
    RingFuture<Integer> reading = pair.server().readAsync(arena.allocate(4));
    CompletableFuture<CancelOutcome> outcome = reading.cancelOperation();
    assertEquals(CancelOutcome.CANCELLED, get(outcome));
    assertTrue(reading.isCancelled());
    assertThrows(CancellationException.class, () -> get(reading));
    assertSame(outcome, reading.cancelOperation());
  }

  @Test
  void anOperationThatHasEndedKeepsItsResult() throws Exception {
    Pair pair = pair();
    pair.client().writeFully(ByteBuffer.allocate(3));
    RingFuture<Integer> reading = pair.server().readAsync(arena.allocate(4));
    assertEquals(3, get(reading));
    assertEquals(CancelOutcome.COMPLETED, get(reading.cancelOperation()));
    assertFalse(reading.cancel(true));
    assertEquals(3, get(reading));
  }

  @Test
  void cancelAgainstCompletionHasOneOutcomeEachTime() throws Exception {
    Pair pair = pair();
    int cancelled = 0;
    for (int i = 0; i < 500; i++) {
      IoBuffer buffer = arena.allocate(1);
      RingFuture<Integer> reading = pair.server().readAsync(buffer);
      Future<Integer> writing = go(() -> pair.client().write(ByteBuffer.allocate(1)));
      CancelOutcome outcome = get(reading.cancelOperation());
      get(writing);
      assertTrue(reading.isDone());
      assertFalse(buffer.isInFlight());
      if (outcome == CancelOutcome.CANCELLED) {
        cancelled++;
        assertThrows(CancellationException.class, () -> get(reading));
        // The byte was not taken: it is still there.
        pair.server().readFully(buffer);
      } else {
        assertEquals(CancelOutcome.COMPLETED, outcome);
        assertEquals(1, get(reading));
      }
    }
    pair.client().close();
    assertEquals(-1, pair.server().read(arena.allocate(1)), cancelled + " cancelled");
  }

  @Test
  void anInterruptCancelsAndStaysSet() throws Exception {
    Pair pair = pair();
    IoBuffer buffer = arena.allocate(4);
    AtomicBoolean stillSet = new AtomicBoolean();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread reader =
        Thread.startVirtualThread(() -> {
          try {
            pair.server().read(buffer);
            thrown.complete(new AssertionError("not interrupted"));
          } catch (Exception e) {
            stillSet.set(Thread.currentThread().isInterrupted());
            thrown.complete(e);
          }
        });
    until(buffer::isInFlight);
    reader.interrupt();
    assertEquals(InterruptedIOException.class, get(thrown).getClass());
    assertTrue(stillSet.get());
    assertFalse(buffer.isInFlight());
    pair.client().writeFully(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    pair.server().readFully(buffer);
    assertEquals(4, buffer.getByte(3));
  }

  @Test
  void anInterruptBeforehandLosesNothing() throws Exception {
    Pair pair = pair();
    pair.client().writeFully(ByteBuffer.wrap(new byte[] {7}));
    IoBuffer buffer = arena.allocate(1);
    Future<Integer> reading =
        go(() -> {
          Thread.currentThread().interrupt();
          try {
            return pair.server().read(buffer);
          } catch (InterruptedIOException e) {
            assertTrue(Thread.interrupted());
            return pair.server().read(buffer);
          }
        });
    assertEquals(1, get(reading));
    assertEquals(7, buffer.getByte(0));
  }

  @Test
  void closingEndsEveryOperationOnce() throws Exception {
    Pair pair = pair();
    AtomicInteger ends = new AtomicInteger();
    List<CompletableFuture<Integer>> reads = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      reads.add(
          pair.server()
              .readAsync(arena.allocate(8))
              .whenComplete((_, _) -> ends.incrementAndGet())
              .toCompletableFuture());
    }
    Future<Integer> blocked = go(() -> pair.server().read(arena.allocate(8)));
    pair.server().close();
    for (CompletableFuture<Integer> read : reads) {
      ExecutionException e = assertThrows(ExecutionException.class, read::get);
      assertEquals(AsynchronousCloseException.class, e.getCause().getClass());
    }
    assertThrows(ClosedChannelException.class, () -> get(blocked));
    assertEquals(100, ends.get());
    assertEquals(-1, pair.client().read(arena.allocate(1)));
  }

  @Test
  void closingFromManyThreadsClosesOnce() throws Exception {
    Pair pair = pair();
    List<Future<Void>> closers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      closers.add(
          go(() -> {
            pair.server().close();
            return null;
          }));
    }
    for (Future<Void> closer : closers) {
      get(closer);
    }
    get(pair.server().closeAsync());
    // Had the descriptor been closed twice, this connection might have been the victim.
    Pair other = pair();
    other.client().writeFully(ByteBuffer.allocate(1));
    other.server().readFully(arena.allocate(1));
  }

  @Test
  void closingTheXscEndsWhatIsUnderWay() throws Exception {
    Pair pair = pair();
    var accepting = xsc.listen(loopback(0)).acceptAsync();
    RingFuture<Integer> reading = pair.server().readAsync(arena.allocate(8));
    var timer = xsc.timer(Duration.ofDays(1));
    xsc.close();
    assertThrows(Exception.class, () -> get(accepting));
    assertThrows(AsynchronousCloseException.class, () -> get(reading));
    assertThrows(Exception.class, () -> get(timer));
    assertFalse(pair.client().isOpen());
    assertThrows(IOException.class, () -> xsc.openFile(folder.resolve("x")));
    pair.client().close();
  }
}
