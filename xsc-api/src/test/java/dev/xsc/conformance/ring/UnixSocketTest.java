// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Local sockets. */
class UnixSocketTest extends RingTest {
  private Sockets sockets;
  private SocketAddress address;

  @BeforeEach
  void prepare() {
    sockets = new Sockets(this);
    address = UnixDomainSocketAddress.of(folder.resolve("socket").toString());
  }

  private int unixSocket() {
    return sockets.socket(SockAddr.AF_UNIX, Posix.SOCK_STREAM);
  }

  @Test
  void bindingMakesAFile() {
    sockets.listener(address);
    assertTrue(Files.exists(folder.resolve("socket")));
  }

  @Test
  void aSocketKnowsItsPath() {
    int listener = sockets.listener(address);
    assertEquals(address, Sockets.read(sockets.addressOf(listener)));
  }

  @Test
  void anUnnamedPeerHasAnEmptyPath() {
    int listener = sockets.listener(address);
    sockets.connectTo(listener);
    MemorySegment peer = memory(SockAddr.MAX_SIZE);
    MemorySegment length = memory(4);
    length.set(ValueLayout.JAVA_INT, 0, SockAddr.MAX_SIZE);
    descriptor(ring.run(sqe -> sqe.accept(listener, peer, length, Posix.SOCK_CLOEXEC)));
    assertEquals(
        UnixDomainSocketAddress.of(""), SockAddr.read(peer, length.get(ValueLayout.JAVA_INT, 0)));
  }

  @Test
  void aPathInUseIsRefused() {
    sockets.listener(address);
    int second = unixSocket();
    MemorySegment memory = sockets.address(address);
    assertError(Errno.EADDRINUSE, ring.run(sqe -> sqe.bind(second, memory)));
  }

  @Test
  void aMissingPathIsNotFound() {
    int socket = unixSocket();
    MemorySegment memory = sockets.address(address);
    assertError(Errno.ENOENT, ring.run(sqe -> sqe.connect(socket, memory)));
  }

  @Test
  void aPathWithoutAListenerRefuses() {
    int listener = sockets.listener(address);
    close(listener);
    int socket = unixSocket();
    MemorySegment memory = sockets.address(address);
    assertError(Errno.ECONNREFUSED, ring.run(sqe -> sqe.connect(socket, memory)));
    write("plain", bytes("x"));
    MemorySegment plain =
        sockets.address(UnixDomainSocketAddress.of(folder.resolve("plain").toString()));
    assertError(Errno.ECONNREFUSED, ring.run(sqe -> sqe.connect(socket, plain)));
  }

  @Test
  void bindingInAMissingFolderIsRefused() {
    int socket = unixSocket();
    MemorySegment memory =
        sockets.address(UnixDomainSocketAddress.of(folder.resolve("missing/socket").toString()));
    assertError(Errno.ENOENT, ring.run(sqe -> sqe.bind(socket, memory)));
  }

  @Test
  void aPathThatIsTooLongIsRefusedWithItsLengthAndTheLimit() {
    MemorySegment memory = memory(SockAddr.MAX_SIZE);
    SocketAddress tooLong = UnixDomainSocketAddress.of("x".repeat(108));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> SockAddr.write(tooLong, SockAddr.AF_UNIX, memory));
    assertTrue(e.getMessage().contains("108") && e.getMessage().contains("107"), e.getMessage());
  }

  @Test
  void aPeerThatClosesWithUnreadDataResets() {
    Sockets.Pair pair = sockets.unixPair(folder.resolve("pair"));
    assertResult(5, ring.run(sqe -> sqe.send(pair.client(), memory("hello"), 0)));
    close(pair.server());
    assertError(Errno.ECONNRESET, ring.run(sqe -> sqe.recv(pair.client(), memory(8), 0)));
  }
}
