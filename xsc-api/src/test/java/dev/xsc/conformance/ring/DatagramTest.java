// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.Errno;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code SENDMSG} and {@code RECVMSG} over UDP. */
class DatagramTest extends RingTest {
  private Sockets sockets;
  private int from;
  private int to;

  @BeforeEach
  void prepare() {
    sockets = new Sockets(this);
    from = sockets.udpSocket();
    to = sockets.udpSocket();
  }

  private MsgHdr message(SocketAddress target, MemorySegment... parts) {
    MsgHdr message = MsgHdr.of(arena, List.of(parts));
    return message.prepare(SockAddr.write(target, SockAddr.AF_INET, message.name()));
  }

  private SocketAddress address(int fd) {
    return Sockets.read(sockets.addressOf(fd));
  }

  private int send(String text) {
    MsgHdr message = message(address(to), memory(text));
    return ring.run(sqe -> sqe.sendmsg(from, message, 0));
  }

  @Test
  void aDatagramArrivesWithItsSendersAddress() {
    assertResult(5, send("hello"));
    MemorySegment buffer = memory(100);
    MsgHdr in = MsgHdr.of(arena, List.of(buffer));
    assertResult(5, ring.run(sqe -> sqe.recvmsg(to, in, 0)));
    assertEquals("hello", text(buffer, 5));
    assertEquals(address(from), SockAddr.read(in.name(), in.nameLength()));
    assertEquals(SockAddr.SIZE_IN, in.nameLength());
    assertEquals(0, in.receivedFlags());
  }

  @Test
  void aReceiveWaitsForADatagram() {
    MsgHdr in = MsgHdr.of(arena, List.of(memory(100)));
    long receive = ring.submit(sqe -> sqe.recvmsg(to, in, 0));
    ring.expectNothing(Duration.ofMillis(20));
    send("hello");
    assertResult(5, ring.result(receive));
  }

  @Test
  void boundariesAreKept() {
    send("one");
    send("three");
    MsgHdr in = MsgHdr.of(arena, List.of(memory(100)));
    assertResult(3, ring.run(sqe -> sqe.recvmsg(to, in, 0)));
    assertResult(5, ring.run(sqe -> sqe.recvmsg(to, in.prepare(SockAddr.MAX_SIZE), 0)));
  }

  @Test
  void aDatagramThatIsTooLongIsCutAndSaysSo() {
    send("hello world");
    MemorySegment buffer = memory(5);
    MsgHdr in = MsgHdr.of(arena, List.of(buffer));
    assertResult(5, ring.run(sqe -> sqe.recvmsg(to, in, 0)));
    assertEquals("hello", text(buffer, 5));
    assertEquals(MsgHdr.MSG_TRUNC, in.receivedFlags() & MsgHdr.MSG_TRUNC);
    send("next");
    assertResult(4, ring.run(sqe -> sqe.recvmsg(to, in.prepare(SockAddr.MAX_SIZE), 0)));
    assertEquals(0, in.receivedFlags() & MsgHdr.MSG_TRUNC);
  }

  @Test
  void aDatagramOfNoBytesArrives() {
    MsgHdr empty = message(address(to), memory(1).asSlice(0, 0));
    assertResult(0, ring.run(sqe -> sqe.sendmsg(from, empty, 0)));
    MsgHdr in = MsgHdr.of(arena, List.of(memory(8)));
    assertResult(0, ring.run(sqe -> sqe.recvmsg(to, in, 0)));
    assertEquals(address(from), SockAddr.read(in.name(), in.nameLength()));
  }

  @Test
  void partsAreGatheredAndScattered() {
    MsgHdr out = message(address(to), memory("he"), memory("ll"), memory("o!"));
    assertResult(6, ring.run(sqe -> sqe.sendmsg(from, out, 0)));
    MemorySegment first = memory(3);
    MemorySegment second = memory(10);
    MsgHdr in = MsgHdr.of(arena, List.of(first, second));
    assertResult(6, ring.run(sqe -> sqe.recvmsg(to, in, 0)));
    assertEquals("hel", text(first, 3));
    assertEquals("lo!", text(second, 3));
  }

  @Test
  void aConnectedSocketNeedsNoAddress() {
    MemorySegment target = sockets.addressOf(to);
    assertResult(0, ring.run(sqe -> sqe.connect(from, target)));
    MsgHdr out = MsgHdr.of(arena, List.of(memory("hello"))).prepare(0);
    assertResult(5, ring.run(sqe -> sqe.sendmsg(from, out, 0)));
    assertResult(3, ring.run(sqe -> sqe.send(from, memory("two"), 0)));
    assertResult(5, ring.run(sqe -> sqe.recv(to, memory(8), 0)));
    assertResult(3, ring.run(sqe -> sqe.recv(to, memory(8), 0)));
  }

  @Test
  void aReceiveWithoutRoomForTheAddressWorks() {
    send("hello");
    MsgHdr in = MsgHdr.of(arena, List.of(memory(8))).prepare(0);
    assertResult(5, ring.run(sqe -> sqe.recvmsg(to, in, 0)));
  }

  @Test
  void anAddressIsNeededOnAnUnconnectedSocket() {
    MsgHdr out = MsgHdr.of(arena, List.of(memory("hello"))).prepare(0);
    assertError(Errno.EDESTADDRREQ, ring.run(sqe -> sqe.sendmsg(from, out, 0)));
  }

  @Test
  void aDatagramLargerThanAnyIsRefused() {
    MsgHdr large = message(address(to), memory(70_000));
    assertError(Errno.EMSGSIZE, ring.run(sqe -> sqe.sendmsg(from, large, 0)));
  }

  @Test
  void broadcastingNeedsPermission() throws UnknownHostException {
    // The loopback network's broadcast address: nothing leaves the machine, and root is refused as
    // well.
    InetAddress all =
        InetAddress.getByAddress(new byte[] {127, (byte) 255, (byte) 255, (byte) 255});
    MsgHdr out = message(new InetSocketAddress(all, 9), memory("hello"));
    assertError(Errno.EACCES, ring.run(sqe -> sqe.sendmsg(from, out, 0)));
  }

  @Test
  void aPortWithoutASocketIsReportedOnAConnectedSocket() {
    MemorySegment target = sockets.addressOf(to);
    close(to);
    assertResult(0, ring.run(sqe -> sqe.connect(from, target)));
    assertResult(1, ring.run(sqe -> sqe.send(from, memory("x"), 0)));
    assertError(Errno.ECONNREFUSED, ring.run(sqe -> sqe.recv(from, memory(8), 0)));
  }

  @Test
  void streamsCannotBeHadFromDatagramSockets() {
    assertAnyError(ring.run(sqe -> sqe.listen(from, 1)), Errno.EOPNOTSUPP);
    assertAnyError(ring.run(sqe -> sqe.accept(from, 0)), Errno.EOPNOTSUPP, Errno.EINVAL);
  }

  @Test
  void manyReceivesInFlightTakeOneDatagramEach() {
    long[] receives = new long[16];
    for (int i = 0; i < receives.length; i++) {
      MsgHdr in = MsgHdr.of(arena, List.of(memory(8)));
      receives[i] = ring.submit(sqe -> sqe.recvmsg(to, in, 0));
    }
    for (int i = 0; i < receives.length; i++) {
      send("x".repeat(i % 4 + 1));
    }
    int total = 0;
    for (int result : ring.results(receives)) {
      total += result;
    }
    assertEquals(4 * (1 + 2 + 3 + 4), total);
  }

  @Test
  void peekingAndNotWaitingWork() {
    assertError(Errno.EAGAIN, ring.run(sqe -> sqe.recv(to, memory(8), Posix.MSG_DONTWAIT)));
    send("hello");
    assertResult(5, ring.run(sqe -> sqe.recv(to, memory(8), Posix.MSG_PEEK)));
    assertResult(5, ring.run(sqe -> sqe.recv(to, memory(8), 0)));
  }
}
