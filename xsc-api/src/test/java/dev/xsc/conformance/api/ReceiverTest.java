// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.IoBuffer;
import dev.xsc.ReceivedBuffer;
import dev.xsc.Receiver;
import dev.xsc.RingFuture;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream of received buffers. */
class ReceiverTest extends ApiTest {
  private static final int SIZE = 512;
  private static final int COUNT = 4;
  private static final Receiver.Options SMALL = new Receiver.Options(SIZE, COUNT);

  private Pair pair;

  @BeforeEach
  void connect() throws Exception {
    pair = pair();
  }

  private void send(String text) throws Exception {
    pair.client().writeFully(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(ReceivedBuffer piece) {
    assertNotNull(piece, "end of the stream");
    try (piece) {
      return piece.data().getString(0, piece.size());
    }
  }

  /** The next piece, in time. */
  private static ReceivedBuffer next(Receiver receiver) throws Exception {
    return get(go(receiver::next));
  }

  @Test
  void eachArrivalIsTakenInOrder() throws Exception {
    try (Receiver receiver = pair.server().receiver()) {
      for (int i = 0; i < 50; i++) {
        send("message " + i);
        assertEquals("message " + i, text(next(receiver)));
      }
    }
  }

  @Test
  void moreThanAllBuffersHoldArrivesWholeAndInOrder() throws Exception {
    byte[] content = new byte[1_000_003];
    new Random(5).nextBytes(content);
    Future<Void> sending =
        go(() -> {
          pair.client().writeFully(ByteBuffer.wrap(content));
          pair.client().shutdownOutput();
          return null;
        });
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try (Receiver receiver = pair.server().receiver(SMALL)) {
      ReceivedBuffer next;
      while ((next = next(receiver)) != null) {
        try (ReceivedBuffer piece = next) {
          received.writeBytes(piece.data().getBytes(0, piece.size()));
        }
      }
      assertNull(next(receiver), "the end stays the end");
    }
    get(sending);
    assertArrayEquals(content, received.toByteArray());
  }

  @Test
  void aReaderThatHoldsAllBuffersGetsTheRestWhenItGivesOneBack() throws Exception {
    try (Receiver receiver = pair.server().receiver(SMALL)) {
      List<ReceivedBuffer> held = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        send("message " + i);
        held.add(next(receiver));
      }
      send("one more");
      CompletableFuture<ReceivedBuffer> next = receiver.nextAsync();
      assertFalse(next.isDone());
      assertEquals("message 2", text(held.get(2)));
      assertEquals("one more", text(get(next)));
      assertEquals("message 0", text(held.get(0)), "what is held is not overwritten");
      held.forEach(ReceivedBuffer::close);
      send("again");
      assertEquals("again", text(next(receiver)));
    }
  }

  @Test
  void aPieceIsGivenBackOnceAndCannotBeTouchedAfterwards() throws Exception {
    try (Receiver receiver = pair.server().receiver(new Receiver.Options(SIZE, 1))) {
      send("first");
      ReceivedBuffer first = next(receiver);
      first.close();
      first.close();
      assertThrows(IllegalStateException.class, () -> first.data().getByte(0));
      send("second");
      ReceivedBuffer second = next(receiver);
      first.close();
      send("third");
      CompletableFuture<ReceivedBuffer> third = receiver.nextAsync();
      assertFalse(third.isDone());
      assertEquals("second", text(second), "closing the first again gave its successor away");
      assertEquals("third", text(get(third)));
    }
  }

  @Test
  void aPieceInFlightIsNotGivenBack() throws Exception {
    Pair other = pair();
    try (Receiver receiver = pair.server().receiver(SMALL)) {
      send("abcd");
      ReceivedBuffer piece = next(receiver);
      RingFuture<Integer> reading = other.server().readAsync(piece.data());
      assertThrows(IllegalStateException.class, piece::close);
      other.client().writeFully(ByteBuffer.wrap(new byte[] {'w', 'x', 'y', 'z'}));
      assertEquals(4, get(reading));
      assertEquals("wxyz", text(piece));
    }
  }

  @Test
  void aPieceCanBeSentOnAsItIs() throws Exception {
    Future<Void> echo =
        go(() -> {
          try (Receiver receiver = pair.server().receiver(SMALL)) {
            ReceivedBuffer next;
            while ((next = receiver.next()) != null) {
              try (ReceivedBuffer piece = next) {
                pair.server().writeFully(piece.data());
              }
            }
          }
          return null;
        });
    IoBuffer back = arena.allocate(4);
    for (int i = 0; i < 20; i++) {
      pair.client().writeFully(arena.allocate(4).putInt(0, i));
      pair.client().readFully(back);
      assertEquals(i, back.getInt(0));
    }
    pair.client().shutdownOutput();
    get(echo);
  }

  @Test
  void closingEndsAWaitingReaderAndLeavesTheSocketOpen() throws Exception {
    Receiver receiver = pair.server().receiver(SMALL);
    CompletableFuture<ReceivedBuffer> waiting = receiver.nextAsync();
    receiver.close();
    assertThrows(AsynchronousCloseException.class, () -> get(waiting));
    assertThrows(AsynchronousCloseException.class, () -> next(receiver));
    receiver.close();
    send("later");
    ByteBuffer later = ByteBuffer.allocate(5);
    pair.server().readFully(later);
    assertEquals("later", new String(later.array(), StandardCharsets.UTF_8));
  }

  @Test
  void aPieceOutlivesItsReceiver() throws Exception {
    ReceivedBuffer piece;
    try (Receiver receiver = pair.server().receiver(SMALL)) {
      send("kept");
      piece = next(receiver);
    }
    assertEquals("kept", text(piece));
  }

  @Test
  void closingWhileItWaitsForABufferEndsIt() throws Exception {
    Receiver receiver = pair.server().receiver(new Receiver.Options(4, 1));
    send("12345678");
    ReceivedBuffer piece = next(receiver);
    until(() -> xsc.stats().operations() == 1);
    receiver.close();
    assertEquals(0, xsc.stats().operations());
    assertEquals("1234", text(piece));
  }

  @Test
  void closingTheSocketEndsIt() throws Exception {
    Receiver receiver = pair.server().receiver(SMALL);
    CompletableFuture<ReceivedBuffer> waiting = receiver.nextAsync();
    pair.server().close();
    assertThrows(AsynchronousCloseException.class, () -> get(waiting));
    receiver.close();
  }

  @Test
  void aResetByThePeerIsAFailure() throws Exception {
    try (Receiver receiver = pair.server().receiver(SMALL)) {
      CompletableFuture<ReceivedBuffer> waiting = receiver.nextAsync();
      pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
      pair.client().close();
      assertThrows(SocketException.class, () -> get(waiting));
      assertThrows(SocketException.class, () -> next(receiver));
    }
  }

  @Test
  void anInterruptEndsOnlyTheWait() throws Exception {
    try (Receiver receiver = pair.server().receiver(SMALL)) {
      Thread[] reader = new Thread[1];
      Future<Boolean> interrupted =
          go(() -> {
            reader[0] = Thread.currentThread();
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, receiver::next);
            return Thread.interrupted();
          });
      assertTrue(get(interrupted));
      send("not lost");
      assertEquals("not lost", text(next(receiver)));
    }
  }

  @Test
  void aTimeLimitEndsOnlyTheWait() throws Exception {
    try (Receiver receiver = pair.server().receiver(SMALL)) {
      CompletableFuture<ReceivedBuffer> late =
          receiver.nextAsync().orTimeout(1, TimeUnit.MILLISECONDS);
      Exception e = assertThrows(Exception.class, () -> get(late));
      assertTrue(e instanceof TimeoutException, e::toString);
      assertTrue(receiver.nextAsync().cancel(true));
      send("not lost");
      assertEquals("not lost", text(next(receiver)));
    }
  }

  @Test
  void onlyOneReaderWaitsAtATime() throws Exception {
    try (Receiver receiver = pair.server().receiver(SMALL)) {
      CompletableFuture<ReceivedBuffer> first = receiver.nextAsync();
      assertThrows(IllegalStateException.class, receiver::nextAsync);
      assertFalse(first.isDone());
      send("for the first");
      assertEquals("for the first", text(get(first)));
    }
  }

  @Test
  void manyReceiversHaveBuffersOfTheirOwn() throws Exception {
    List<Pair> pairs = new ArrayList<>();
    List<Receiver> receivers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pairs.add(pair());
      receivers.add(pairs.get(i).server().receiver(SMALL));
    }
    for (int i = 0; i < 20; i++) {
      pairs.get(i).client().writeFully(ByteBuffer.wrap(new byte[] {(byte) i}));
    }
    for (int i = 0; i < 20; i++) {
      try (ReceivedBuffer piece = next(receivers.get(i))) {
        assertEquals(i, piece.data().getByte(0));
      }
    }
    receivers.forEach(Receiver::close);
  }

  @Test
  void sizesThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Receiver.Options(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Receiver.Options(1, 3));
    assertThrows(IllegalArgumentException.class, () -> new Receiver.Options(1, 1 << 16));
  }
}
