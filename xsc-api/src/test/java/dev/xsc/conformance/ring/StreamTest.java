// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.IoVec;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code SEND}, {@code RECV} and {@code SHUTDOWN} on both kinds of byte streams. */
class StreamTest extends RingTest {
  /** Kinds of byte streams. */
  enum Kind {
    TCP,
    UNIX
  }

  private Sockets sockets;

  @BeforeEach
  void prepare() {
    sockets = new Sockets(this);
  }

  private Sockets.Pair pair(Kind kind) {
    return kind == Kind.TCP ? sockets.tcpPair() : sockets.unixPair(folder.resolve("s"));
  }

  private int send(int fd, String text) {
    MemorySegment memory = memory(text);
    return ring.run(sqe -> sqe.send(fd, memory, Posix.MSG_NOSIGNAL));
  }

  @ParameterizedTest
  @EnumSource
  void aReceiveWaitsForData(Kind kind) {
    Sockets.Pair pair = pair(kind);
    MemorySegment buffer = memory(8);
    long recv = ring.submit(sqe -> sqe.recv(pair.server(), buffer, 0));
    ring.expectNothing(Duration.ofMillis(20));
    assertResult(5, send(pair.client(), "hello"));
    assertResult(5, ring.result(recv));
    assertEquals("hello", text(buffer, 5));
  }

  @ParameterizedTest
  @EnumSource
  void bothDirectionsAreIndependent(Kind kind) {
    Sockets.Pair pair = pair(kind);
    MemorySegment one = memory(8);
    MemorySegment two = memory(8);
    long toServer = ring.submit(sqe -> sqe.recv(pair.server(), one, 0));
    long toClient = ring.submit(sqe -> sqe.recv(pair.client(), two, 0));
    assertResult(4, send(pair.server(), "pong"));
    assertResult(4, ring.result(toClient));
    assertResult(4, send(pair.client(), "ping"));
    assertResult(4, ring.result(toServer));
    assertEquals("ping", text(one, 4));
    assertEquals("pong", text(two, 4));
  }

  @ParameterizedTest
  @EnumSource
  void aReceiveTakesNoMoreThanItsBuffer(Kind kind) {
    Sockets.Pair pair = pair(kind);
    send(pair.client(), "hello world");
    MemorySegment around = memory(9).fill((byte) '.');
    assertResult(5, ring.run(sqe -> sqe.recv(pair.server(), around.asSlice(2, 5), 0)));
    assertEquals("..hello..", text(around, 9));
    assertResult(6, ring.run(sqe -> sqe.recv(pair.server(), memory(100), 0)));
  }

  @ParameterizedTest
  @EnumSource
  void peekingLeavesTheData(Kind kind) {
    Sockets.Pair pair = pair(kind);
    send(pair.client(), "hello");
    assertResult(5, ring.run(sqe -> sqe.recv(pair.server(), memory(8), Posix.MSG_PEEK)));
    assertResult(5, ring.run(sqe -> sqe.recv(pair.server(), memory(8), 0)));
  }

  @ParameterizedTest
  @EnumSource
  void waitingForAllFillsTheBuffer(Kind kind) {
    Sockets.Pair pair = pair(kind);
    MemorySegment buffer = memory(10);
    send(pair.client(), "hello");
    long recv = ring.submit(sqe -> sqe.recv(pair.server(), buffer, Posix.MSG_WAITALL));
    ring.expectNothing(Duration.ofMillis(20));
    send(pair.client(), "world");
    assertResult(10, ring.result(recv));
    assertEquals("helloworld", text(buffer, 10));
  }

  @ParameterizedTest
  @EnumSource
  void waitingForAllEndsShortWhenThePeerEnds(Kind kind) {
    Sockets.Pair pair = pair(kind);
    MemorySegment buffer = memory(10);
    send(pair.client(), "hello");
    long recv = ring.submit(sqe -> sqe.recv(pair.server(), buffer, Posix.MSG_WAITALL));
    close(pair.client());
    assertResult(5, ring.result(recv));
    assertResult(0, ring.run(sqe -> sqe.recv(pair.server(), buffer, 0)));
  }

  @ParameterizedTest
  @EnumSource
  void notWaitingSaysSo(Kind kind) {
    Sockets.Pair pair = pair(kind);
    assertError(
        Errno.EAGAIN, ring.run(sqe -> sqe.recv(pair.server(), memory(8), Posix.MSG_DONTWAIT)));
  }

  @ParameterizedTest
  @EnumSource
  void sendingNothingReturnsZero(Kind kind) {
    Sockets.Pair pair = pair(kind);
    assertResult(0, ring.run(sqe -> sqe.send(pair.client(), memory(1).asSlice(0, 0), 0)));
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatClosesEndsTheStream(Kind kind) {
    Sockets.Pair pair = pair(kind);
    send(pair.client(), "last");
    close(pair.client());
    assertResult(4, ring.run(sqe -> sqe.recv(pair.server(), memory(8), 0)));
    assertResult(0, ring.run(sqe -> sqe.recv(pair.server(), memory(8), 0)));
    assertResult(0, ring.run(sqe -> sqe.recv(pair.server(), memory(8), 0)));
  }

  @ParameterizedTest
  @EnumSource
  void aReceiveInFlightEndsWhenThePeerCloses(Kind kind) {
    Sockets.Pair pair = pair(kind);
    long recv = ring.submit(sqe -> sqe.recv(pair.server(), memory(8), 0));
    close(pair.client());
    assertResult(0, ring.result(recv));
  }

  @ParameterizedTest
  @EnumSource
  void halfCloseEndsOneDirectionOnly(Kind kind) {
    Sockets.Pair pair = pair(kind);
    assertResult(0, ring.run(sqe -> sqe.shutdown(pair.client(), Posix.SHUT_WR)));
    assertResult(0, ring.run(sqe -> sqe.recv(pair.server(), memory(8), 0)));
    assertError(Errno.EPIPE, send(pair.client(), "x"));
    assertResult(4, send(pair.server(), "back"));
    assertResult(4, ring.run(sqe -> sqe.recv(pair.client(), memory(8), 0)));
  }

  @ParameterizedTest
  @EnumSource
  void shuttingReceivingDownEndsAReceiveInFlight(Kind kind) {
    Sockets.Pair pair = pair(kind);
    long recv = ring.submit(sqe -> sqe.recv(pair.server(), memory(8), 0));
    ring.poll();
    assertResult(0, ring.run(sqe -> sqe.shutdown(pair.server(), Posix.SHUT_RD)));
    assertResult(0, ring.result(recv));
  }

  @ParameterizedTest
  @EnumSource
  void shutdownErrorsAreThoseOfTheSystemCall(Kind kind) {
    Sockets.Pair pair = pair(kind);
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.shutdown(pair.client(), 7)));
    int unconnected = sockets.tcpSocket();
    assertError(Errno.ENOTCONN, ring.run(sqe -> sqe.shutdown(unconnected, Posix.SHUT_WR)));
  }

  @ParameterizedTest
  @EnumSource
  void sendingToAPeerThatIsGoneFails(Kind kind) {
    Sockets.Pair pair = pair(kind);
    close(pair.server());
    int result = send(pair.client(), "x");
    for (int i = 0; i < 100 && result > 0; i++) {
      // TCP learns of it only from the peer's answer.
      result = send(pair.client(), "x");
    }
    assertAnyError(result, Errno.EPIPE, Errno.ECONNRESET);
    assertError(Errno.EPIPE, send(pair.client(), "x"));
  }

  @ParameterizedTest
  @EnumSource
  void readAndWriteWorkOnSockets(Kind kind) {
    Sockets.Pair pair = pair(kind);
    MemorySegment buffer = memory(16);
    assertResult(3, ring.run(sqe -> sqe.write(pair.client(), memory("one"), AT_POSITION)));
    assertResult(3, ring.run(sqe -> sqe.read(pair.server(), buffer, AT_POSITION)));
    IoVec vector = IoVec.of(arena, List.of(memory("t"), memory("wo")));
    assertResult(3, ring.run(sqe -> sqe.writev(pair.client(), vector, AT_POSITION)));
    assertResult(3, ring.run(sqe -> sqe.read(pair.server(), buffer, AT_POSITION)));
    assertEquals("two", text(buffer, 3));
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfSeveralBuffersWork(Kind kind) {
    Sockets.Pair pair = pair(kind);
    MsgHdr out = MsgHdr.of(arena, List.of(memory("hel"), memory("lo"))).prepare(0);
    assertResult(5, ring.run(sqe -> sqe.sendmsg(pair.client(), out, 0)));
    MemorySegment first = memory(2);
    MemorySegment second = memory(8);
    MsgHdr in = MsgHdr.of(arena, List.of(first, second));
    assertResult(5, ring.run(sqe -> sqe.recvmsg(pair.server(), in, 0)));
    assertEquals("he", text(first, 2));
    assertEquals("llo", text(second, 3));
  }

  @ParameterizedTest
  @EnumSource
  void manyMegabytesArriveInOrder(Kind kind) {
    Sockets.Pair pair = pair(kind);
    byte[] content = pattern(8 << 20);
    MemorySegment source = memory(content);
    MemorySegment target = memory(content.length);
    long sent = 0;
    long received = 0;
    long send = 0;
    long recv = 0;
    while (received < content.length) {
      if (send == 0 && sent < content.length) {
        MemorySegment rest = source.asSlice(sent);
        send = ring.submit(sqe -> sqe.send(pair.client(), rest, 0));
      }
      if (recv == 0) {
        MemorySegment rest = target.asSlice(received);
        recv = ring.submit(sqe -> sqe.recv(pair.server(), rest, 0));
      }
      Cqe cqe = ring.await(1).getFirst();
      assertTrue(cqe.result() > 0, cqe::toString);
      if (cqe.userData() == send) {
        sent += cqe.result();
        send = 0;
      } else {
        received += cqe.result();
        recv = 0;
      }
    }
    if (send != 0) {
      sent += ring.result(send);
    }
    assertEquals(content.length, sent);
    assertArrayEquals(content, bytes(target));
  }
}
