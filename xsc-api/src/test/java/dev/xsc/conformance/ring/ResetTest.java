// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that end badly. */
class ResetTest extends RingTest {
  private Sockets sockets;

  @BeforeEach
  void prepare() {
    sockets = new Sockets(this);
  }

  @Test
  void aResetEndsAReceiveInFlight() {
    Sockets.Pair pair = sockets.tcpPair();
    long recv = ring.submit(sqe -> sqe.recv(pair.server(), memory(8), 0));
    ring.poll();
    sockets.resetOnClose(pair.client());
    close(pair.client());
    assertError(Errno.ECONNRESET, ring.result(recv));
  }

  @Test
  void aResetIsReportedOnce() {
    Sockets.Pair pair = sockets.tcpPair();
    sockets.resetOnClose(pair.client());
    close(pair.client());
    assertError(Errno.ECONNRESET, ring.run(sqe -> sqe.recv(pair.server(), memory(8), 0)));
    assertResult(0, ring.run(sqe -> sqe.recv(pair.server(), memory(8), 0)));
    assertError(
        Errno.EPIPE, ring.run(sqe -> sqe.send(pair.server(), memory("x"), Posix.MSG_NOSIGNAL)));
  }

  @Test
  void unreadDataMakesCloseAReset() {
    Sockets.Pair pair = sockets.tcpPair();
    assertResult(5, ring.run(sqe -> sqe.send(pair.client(), memory("hello"), 0)));
    assertResult(1, ring.run(sqe -> sqe.recv(pair.server(), memory(1), 0)));
    close(pair.server());
    assertError(Errno.ECONNRESET, ring.run(sqe -> sqe.recv(pair.client(), memory(8), 0)));
  }

  @Test
  void aListenerThatIsShutDownEndsItsAccepts() {
    int listener = sockets.tcpListener();
    long accept = ring.submit(sqe -> sqe.accept(listener, 0));
    ring.poll();
    assertResult(0, ring.run(sqe -> sqe.shutdown(listener, Posix.SHUT_RDWR)));
    assertError(Errno.EINVAL, ring.result(accept));
  }

  @Test
  void sendingOnASocketThatWasNeverConnectedFails() {
    int socket = sockets.tcpSocket();
    assertError(Errno.EPIPE, ring.run(sqe -> sqe.send(socket, memory("x"), Posix.MSG_NOSIGNAL)));
    assertError(Errno.ENOTCONN, ring.run(sqe -> sqe.recv(socket, memory(8), 0)));
  }

  @Test
  void connectionsThatWaitInTheBacklogAreResetWithTheListener() {
    int listener = sockets.tcpListener();
    int client = sockets.connectTo(listener);
    close(listener);
    assertAnyError(ring.run(sqe -> sqe.recv(client, memory(8), 0)), Errno.ECONNRESET, Errno.EPIPE);
  }
}
