// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.ring.CompletionHandler;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Support;
import dev.xsc.spi.KernelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One {@code ACCEPT} for many connections. */
class MultishotAcceptTest extends RingTest {
  private Sockets sockets;
  private int listener;

  @BeforeEach
  void listen() {
    sockets = new Sockets(this);
    listener = sockets.tcpListener();
  }

  private long acceptAll() {
    return ring.submit(sqe -> sqe.acceptMultishot(listener, Posix.SOCK_CLOEXEC));
  }

  @Test
  void eachConnectionHasACompletionOfItsOwn() {
    long accept = acceptAll();
    Set<Integer> accepted = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      sockets.connectTo(listener);
      Cqe cqe = ring.await(accept);
      assertTrue(cqe.more(), cqe::toString);
      assertTrue(accepted.add(descriptor(cqe.result())));
    }
    ring.expectNothing(Duration.ofMillis(10));
  }

  @Test
  void connectionsThatWaitedAreAcceptedAtOnce() {
    for (int i = 0; i < 10; i++) {
      sockets.connectTo(listener);
    }
    long accept = acceptAll();
    for (int i = 0; i < 10; i++) {
      descriptor(ring.await(accept).result());
    }
  }

  @Test
  void acceptedConnectionsWork() {
    long accept = acceptAll();
    for (int i = 0; i < 3; i++) {
      int client = sockets.connectTo(listener);
      int server = descriptor(ring.await(accept).result());
      assertResult(2, ring.run(sqe -> sqe.send(client, memory("hi"), 0)));
      assertResult(2, ring.run(sqe -> sqe.recv(server, memory(8), 0)));
    }
  }

  @Test
  void cancellingEndsItWithoutMore() {
    long accept = acceptAll();
    sockets.connectTo(listener);
    descriptor(ring.await(accept).result());
    assertAnyError(-Math.abs(ring.run(sqe -> sqe.cancel(accept))), 0, Errno.ENOENT, Errno.EALREADY);
    Cqe last = ring.await(accept);
    assertFalse(last.more(), last::toString);
    assertError(Errno.ECANCELED, last.result());
    assertError(Errno.ENOENT, ring.run(sqe -> sqe.cancel(accept)));
  }

  @Test
  void afterItsEndConnectionsWaitForTheNextOne() {
    long accept = acceptAll();
    ring.run(sqe -> sqe.cancel(accept));
    ring.await(accept);
    sockets.connectTo(listener);
    ring.expectNothing(Duration.ofMillis(10));
    descriptor(ring.await(acceptAll()).result());
  }

  @Test
  void anErrorEndsIt() {
    long accept = acceptAll();
    ring.poll();
    ring.run(sqe -> sqe.shutdown(listener, Posix.SHUT_RDWR));
    Cqe last = ring.await(accept);
    assertError(Errno.EINVAL, last.result());
    assertFalse(last.more());
  }

  @Test
  void aFailureAtOnceIsTheOnlyCompletion() {
    int file = file("file");
    Cqe cqe = ring.await(ring.submit(sqe -> sqe.acceptMultishot(file, 0)));
    assertError(Errno.ENOTSOCK, cqe.result());
    assertFalse(cqe.more());
  }

  @Test
  void itWorksOnARegisteredListener() throws KernelException {
    assumeTrue(
        ring.ring().capabilities().support(Op.ACCEPT) == Support.NATIVE,
        "accepting is emulated by calls that know no registered descriptors");
    ring.ring().registerFiles(-1, listener);
    long accept = ring.submit(sqe -> sqe.acceptMultishot(1, Posix.SOCK_CLOEXEC).fixedFile());
    for (int i = 0; i < 3; i++) {
      sockets.connectTo(listener);
      Cqe cqe = ring.await(accept);
      descriptor(cqe.result());
      assertTrue(cqe.more());
    }
  }

  @Test
  void itGoesOnWhileTheQueueIsBusy() {
    long accept = acceptAll();
    int accepted = 0;
    for (int round = 0; round < 10; round++) {
      sockets.connectTo(listener);
      for (int i = 0; i < 50; i++) {
        ring.fill(Sqe::nop);
      }
      ring.ring().submit();
      for (Cqe cqe : ring.await(51)) {
        if (cqe.userData() == accept) {
          accepted++;
          descriptor(cqe.result());
          assertTrue(cqe.more());
        }
      }
    }
    assertEquals(10, accepted);
  }

  @Test
  void aHalfFilledChainIsNotCutByTheNextRound() {
    // The library may fill an entry of its own when a completion is reaped: not in the middle of a
    // chain.
    Ring raw = openRaw();
    raw.next().acceptMultishot(listener, Posix.SOCK_CLOEXEC).userData(1);
    raw.submit();
    sockets.connectTo(listener);
    awaitReady(raw, 1);
    raw.next().read(-1, memory(1), 0).userData(2).link();
    Map<Long, Cqe> seen = new HashMap<>();
    CompletionHandler keep = (data, result, flags) -> seen.put(data, new Cqe(data, result, flags));
    raw.reap(keep);
    descriptor(seen.get(1L).result());
    raw.next().nop().userData(3);
    awaitReady(raw, 2);
    raw.reap(keep);
    assertError(Errno.EBADF, seen.get(2L).result());
    assertError(Errno.ECANCELED, seen.get(3L).result());
    if (seen.get(1L).more()) {
      raw.next().cancel(1).userData(4);
      awaitReady(raw, 2);
    }
  }
}
