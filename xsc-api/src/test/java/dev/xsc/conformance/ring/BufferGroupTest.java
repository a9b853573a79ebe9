// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.BufferGroup;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Ring;
import dev.xsc.spi.KernelException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Receives into a group of buffers, one at a time. */
class BufferGroupTest extends RingTest {
  private static final int SIZE = 64;
  private static final int COUNT = 4;

  private Sockets.Pair pair;
  private BufferGroup group;

  @BeforeEach
  void prepare() throws KernelException {
    pair = new Sockets(this).tcpPair();
    group = ring.ring().registerBufferGroup(7, memory(SIZE * COUNT), SIZE, COUNT);
  }

  private void send(String text) {
    MemorySegment memory = memory(text);
    assertResult(text.length(), ring.run(sqe -> sqe.send(pair.client(), memory, 0)));
  }

  private Cqe receive() {
    return ring.await(ring.submit(sqe -> sqe.recv(pair.server(), group, 0)));
  }

  private String textOf(Cqe cqe) {
    assertTrue(cqe.result() > 0 && cqe.hasBuffer(), cqe::toString);
    return text(group.received(cqe.result(), cqe.flags()), cqe.result());
  }

  @Test
  void aReceiveTellsWhichBufferItFilled() {
    send("hello");
    Cqe cqe = receive();
    assertFalse(cqe.more());
    assertEquals("hello", textOf(cqe));
    assertTrue(cqe.bufferId() >= 0 && cqe.bufferId() < COUNT);
  }

  @Test
  void aReceiveWaitsForData() {
    long receive = ring.submit(sqe -> sqe.recv(pair.server(), group, 0));
    send("later");
    assertEquals("later", textOf(ring.await(receive)));
  }

  @Test
  void aReceiveTakesAtMostABuffer() {
    send("x".repeat(SIZE + 10));
    Cqe first = receive();
    Cqe second = receive();
    assertResult(SIZE, first.result());
    assertResult(10, second.result());
    assertFalse(first.bufferId() == second.bufferId());
  }

  @Test
  void buffersThatAreHeldAreNotFilledAgain() {
    Set<Integer> ids = new HashSet<>();
    String[] sent = new String[COUNT];
    Cqe[] received = new Cqe[COUNT];
    for (int i = 0; i < COUNT; i++) {
      sent[i] = "message " + i;
      send(sent[i]);
      received[i] = receive();
      assertTrue(ids.add(received[i].bufferId()), received[i]::toString);
    }
    for (int i = 0; i < COUNT; i++) {
      assertEquals(sent[i], textOf(received[i]));
    }
  }

  @Test
  void anEmptyGroupSaysSoAndARecycledBufferIsUsedAgain() {
    Cqe last = null;
    for (int i = 0; i < COUNT; i++) {
      send("m");
      last = receive();
      textOf(last);
    }
    send("waiting");
    Cqe none = receive();
    assertError(Errno.ENOBUFS, none.result());
    assertFalse(none.hasBuffer());
    group.recycle(last.bufferId());
    Cqe again = receive();
    assertEquals("waiting", textOf(again));
    assertEquals(last.bufferId(), again.bufferId());
  }

  @Test
  void buffersGoRoundManyTimes() {
    Set<Integer> used = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      String text = "message " + i;
      send(text);
      Cqe cqe = receive();
      assertEquals(text, textOf(cqe));
      used.add(cqe.bufferId());
      group.recycle(cqe.bufferId());
    }
    assertTrue(used.size() <= COUNT);
  }

  @Test
  void theEndOfTheStreamTakesNoBuffer() {
    close(pair.client());
    for (int i = 0; i < 2 * COUNT; i++) {
      Cqe cqe = receive();
      assertResult(0, cqe.result());
      assertFalse(cqe.hasBuffer());
    }
  }

  @Test
  void aCancelledReceiveTakesNoBuffer() {
    for (int i = 0; i < 2 * COUNT; i++) {
      long receive = ring.submit(sqe -> sqe.recv(pair.server(), group, 0));
      ring.run(sqe -> sqe.cancel(receive));
      Cqe cqe = ring.await(receive);
      assertError(Errno.ECANCELED, cqe.result());
      assertFalse(cqe.hasBuffer());
    }
    send("hello");
    assertEquals("hello", textOf(receive()));
  }

  @Test
  void aFailedReceiveTakesNoBuffer() {
    int file = file("file");
    for (int i = 0; i < 2 * COUNT; i++) {
      Cqe cqe = ring.await(ring.submit(sqe -> sqe.recv(file, group, 0)));
      assertError(Errno.ENOTSOCK, cqe.result());
      assertFalse(cqe.hasBuffer());
    }
    send("hello");
    assertEquals("hello", textOf(receive()));
  }

  @Test
  void groupsAreIndependent() throws KernelException {
    BufferGroup other = ring.ring().registerBufferGroup(8, memory(2 * SIZE), SIZE, 2);
    send("one");
    assertEquals("one", textOf(receive()));
    send("two");
    Cqe cqe = ring.await(ring.submit(sqe -> sqe.recv(pair.server(), other, 0)));
    assertEquals("two", text(other.received(cqe.result(), cqe.flags()), 3));
  }

  @Test
  void aRecycledBufferKeepsNoBytesBeyondTheNextMessage() {
    byte[] content = pattern(SIZE);
    MemorySegment memory = memory(content);
    ring.run(sqe -> sqe.send(pair.client(), memory, 0));
    Cqe cqe = receive();
    assertArrayEquals(content, bytes(group.received(cqe.result(), cqe.flags())));
    assertEquals(SIZE, group.received(cqe.result(), cqe.flags()).byteSize());
  }

  @Test
  void aBufferIsRecycledOnce() {
    send("hello");
    Cqe cqe = receive();
    textOf(cqe);
    group.recycle(cqe.bufferId());
    var e = assertThrows(IllegalStateException.class, () -> group.recycle(cqe.bufferId()));
    assertTrue(e.getMessage().contains("buffer " + cqe.bufferId()), e.getMessage());
    var id = assertThrows(IllegalArgumentException.class, () -> group.recycle(COUNT));
    assertTrue(id.getMessage().contains("4") && id.getMessage().contains("3"), id.getMessage());
  }

  @Test
  void aBufferThatNobodyReceivedCannotBeRecycled() {
    ring.submit(sqe -> sqe.recv(pair.server(), group, 0));
    for (int id = 0; id < COUNT; id++) {
      int buffer = id;
      assertThrows(IllegalStateException.class, () -> group.recycle(buffer));
    }
    send("hello");
    ring.awaitAll();
  }

  @Test
  void aNumberIsRegisteredOnce() throws KernelException {
    MemorySegment memory = memory(SIZE);
    var twice =
        assertThrows(
            KernelException.class, () -> ring.ring().registerBufferGroup(7, memory, SIZE, 1));
    assertEquals(Errno.EEXIST, twice.errno());
    ring.ring().unregisterBufferGroup(group);
    assertThrows(KernelException.class, () -> ring.ring().unregisterBufferGroup(group));
    group = ring.ring().registerBufferGroup(7, memory(COUNT * SIZE), SIZE, COUNT);
  }

  @Test
  void anUnregisteredNumberCanBeUsedAgain() throws KernelException {
    ring.ring().unregisterBufferGroup(group);
    group = ring.ring().registerBufferGroup(7, memory(2 * SIZE), SIZE, 2);
    send("hello");
    assertEquals("hello", textOf(receive()));
  }

  @Test
  void badGroupsAreRefusedWithValueAndLimit() {
    Ring raw = ring.ring();
    MemorySegment memory = memory(1024);
    assertRefused("65536", () -> raw.registerBufferGroup(65536, memory, 16, 2));
    assertRefused("-1", () -> raw.registerBufferGroup(-1, memory, 16, 2));
    assertRefused("3 buffers", () -> raw.registerBufferGroup(1, memory, 16, 3));
    assertRefused("65536 buffers", () -> raw.registerBufferGroup(1, memory, 1, 65536));
    assertRefused("1024 bytes", () -> raw.registerBufferGroup(1, memory, 1025, 1));
    assertRefused(
        "heap", () -> raw.registerBufferGroup(1, MemorySegment.ofArray(new byte[16]), 16, 1));
  }

  private static void assertRefused(String what, Executable call) {
    var e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().contains(what), e.getMessage());
  }
}
