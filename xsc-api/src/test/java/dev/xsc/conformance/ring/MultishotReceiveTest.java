// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.BufferGroup;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import dev.xsc.spi.KernelException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One {@code RECV} for many arrivals. */
class MultishotReceiveTest extends RingTest {
  private static final int SIZE = 1024;
  private static final int COUNT = 8;

  private Sockets.Pair pair;
  private BufferGroup group;

  @BeforeEach
  void prepare() throws KernelException {
    pair = new Sockets(this).tcpPair();
    group = ring.ring().registerBufferGroup(1, memory(SIZE * COUNT), SIZE, COUNT);
  }

  private long receiveAll() {
    return ring.submit(sqe -> sqe.recvMultishot(pair.server(), group, 0));
  }

  private void send(String text) {
    MemorySegment memory = memory(text);
    assertResult(text.length(), ring.run(sqe -> sqe.send(pair.client(), memory, 0)));
  }

  private String take(Cqe cqe) {
    assertTrue(cqe.result() > 0 && cqe.hasBuffer(), cqe::toString);
    String text = text(group.received(cqe.result(), cqe.flags()), cqe.result());
    group.recycle(cqe.bufferId());
    return text;
  }

  @Test
  void eachArrivalHasACompletionOfItsOwn() {
    long receive = receiveAll();
    for (int i = 0; i < 50; i++) {
      send("message " + i);
      Cqe cqe = ring.await(receive);
      assertTrue(cqe.more(), cqe::toString);
      assertEquals("message " + i, take(cqe));
    }
  }

  @Test
  void theEndOfTheStreamEndsIt() {
    long receive = receiveAll();
    send("last");
    assertEquals("last", take(ring.await(receive)));
    close(pair.client());
    Cqe end = ring.await(receive);
    assertResult(0, end.result());
    assertFalse(end.more());
    assertFalse(end.hasBuffer());
  }

  @Test
  void anEmptyGroupEndsItAndItCanBeSubmittedAgain() {
    long receive = receiveAll();
    List<Cqe> held = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      send("message " + i);
      held.add(ring.await(receive));
      group.received(held.getLast().result(), held.getLast().flags());
    }
    send("one too many");
    Cqe none = ring.await(receive);
    assertError(Errno.ENOBUFS, none.result());
    assertFalse(none.more());
    for (int i = 0; i < COUNT; i++) {
      assertEquals(
          "message " + i,
          text(group.received(held.get(i).result(), held.get(i).flags()), held.get(i).result()));
      group.recycle(held.get(i).bufferId());
    }
    assertEquals("one too many", take(ring.await(receiveAll())));
  }

  @Test
  void cancellingEndsItWithoutMore() {
    long receive = receiveAll();
    send("first");
    take(ring.await(receive));
    ring.run(sqe -> sqe.cancel(receive));
    Cqe last = ring.await(receive);
    assertError(Errno.ECANCELED, last.result());
    assertFalse(last.more());
    // Nothing of what comes now is lost.
    send("second");
    assertEquals("second", take(ring.await(receiveAll())));
  }

  @Test
  void manyBytesArriveInOrder() {
    byte[] content = pattern(1 << 20);
    MemorySegment source = memory(content);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    long sent = 0;
    long send = 0;
    long receive = receiveAll();
    while (received.size() < content.length) {
      if (send == 0 && sent < content.length) {
        MemorySegment rest = source.asSlice(sent, Math.min(10_000, content.length - sent));
        send = ring.submit(sqe -> sqe.send(pair.client(), rest, 0));
      }
      Cqe cqe = ring.await(1).getFirst();
      if (cqe.userData() == send) {
        sent += cqe.result();
        send = 0;
        continue;
      }
      if (cqe.result() > 0) {
        received.writeBytes(bytes(group.received(cqe.result(), cqe.flags())));
        group.recycle(cqe.bufferId());
      } else {
        // The group was empty for a moment.
        assertError(Errno.ENOBUFS, cqe.result());
      }
      if (!cqe.more()) {
        receive = receiveAll();
      }
    }
    assertArrayEquals(content, received.toByteArray());
    assertTrue(ring.pending().contains(receive));
  }

  @Test
  void manyConnectionsShareAGroup() throws KernelException {
    Sockets sockets = new Sockets(this);
    int connections = 16;
    BufferGroup shared =
        ring.ring().registerBufferGroup(2, memory((long) SIZE * connections), SIZE, connections);
    List<Sockets.Pair> pairs = new ArrayList<>();
    List<Long> receives = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Sockets.Pair one = sockets.tcpPair();
      pairs.add(one);
      receives.add(ring.submit(sqe -> sqe.recvMultishot(one.server(), shared, 0)));
    }
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < connections; i++) {
        int client = pairs.get(i).client();
        MemorySegment memory = memory("from " + i);
        ring.run(sqe -> sqe.send(client, memory, 0));
        int server = pairs.get(i).server();
        Cqe cqe = ring.await(receives.get(i));
        while (cqe.result() == -Errno.ENOBUFS) {
          // An emulated receive holds a buffer while it waits, so that the group may be empty for a
          // moment.
          receives.set(i, ring.submit(sqe -> sqe.recvMultishot(server, shared, 0)));
          cqe = ring.await(receives.get(i));
        }
        assertEquals("from " + i, text(shared.received(cqe.result(), cqe.flags()), cqe.result()));
        shared.recycle(cqe.bufferId());
      }
    }
  }

  @Test
  void closingTheRingBetweenRoundsStillEndsIt() throws KernelException {
    Ring raw = openRaw();
    if (!raw.capabilities().has(Feature.CANCEL_ANY)) {
      // Then closing a ring with something in flight is refused, see RingCloseTest.
      return;
    }
    BufferGroup own = raw.registerBufferGroup(1, memory(SIZE * COUNT), SIZE, COUNT);
    raw.next().recvMultishot(pair.server(), own, 0).userData(5);
    raw.submit();
    send("hello");
    List<Cqe> seen = new ArrayList<>();
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (seen.isEmpty() && World.nanoTime() < end) {
      raw.submitAndWait(1, TimeUnit.SECONDS.toNanos(1));
      raw.reap((data, result, flags) -> {
        seen.add(new Cqe(data, result, flags));
        // An entry that is filled and not submitted: the library keeps its own next round back,
        // too.
        raw.next().nop().userData(6);
      });
    }
    raw.close((data, result, flags) -> seen.add(new Cqe(data, result, flags)));
    assertEquals(1, seen.stream().filter(cqe -> !cqe.more()).count(), seen::toString);
    assertTrue(seen.stream().allMatch(cqe -> cqe.userData() == 5), seen::toString);
  }

  @Test
  void linkedEntriesAreRefusedOrWork() {
    // Emulated, it cannot follow a link; native, it can. Either way nothing is half done.
    ring.fill(sqe -> sqe.nop().link());
    try {
      long receive = ring.fill(sqe -> sqe.recvMultishot(pair.server(), group, 0));
      ring.ring().submit();
      send("hello");
      assertEquals("hello", take(ring.await(receive)));
    } catch (UnsupportedOperationException e) {
      assertTrue(e.getMessage().contains("emulated"), e.getMessage());
      ring.ring().submit();
      assertEquals(1, ring.awaitAll().size());
      long after = ring.submit(Sqe::nop);
      assertResult(0, ring.result(after));
    }
  }
}
