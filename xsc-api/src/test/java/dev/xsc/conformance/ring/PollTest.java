// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Posix.POLLERR;
import static dev.xsc.ring.Posix.POLLHUP;
import static dev.xsc.ring.Posix.POLLIN;
import static dev.xsc.ring.Posix.POLLOUT;
import static dev.xsc.ring.Posix.POLLRDHUP;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code POLL_ADD}. */
class PollTest extends RingTest {
  private int poll(int fd, int events) {
    return ring.run(sqe -> sqe.pollAdd(fd, events));
  }

  @Test
  void whatIsReadyCompletesAtOnce() {
    Pipe pipe = pipe();
    assertResult(POLLOUT, poll(pipe.write(), POLLOUT | POLLIN));
    ring.run(sqe -> sqe.write(pipe.write(), memory("x"), AT_POSITION));
    assertResult(POLLIN, poll(pipe.read(), POLLIN));
  }

  @Test
  void whatIsNotReadyIsWaitedFor() {
    Pipe pipe = pipe();
    long poll = ring.submit(sqe -> sqe.pollAdd(pipe.read(), POLLIN));
    ring.expectNothing(Duration.ofMillis(20));
    ring.run(sqe -> sqe.write(pipe.write(), memory("x"), AT_POSITION));
    assertResult(POLLIN, ring.result(poll));
  }

  @Test
  void pollingConsumesNothingAndCompletesOnce() {
    Pipe pipe = pipe();
    long poll = ring.submit(sqe -> sqe.pollAdd(pipe.read(), POLLIN));
    ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
    assertResult(POLLIN, ring.result(poll));
    ring.run(sqe -> sqe.write(pipe.write(), memory("more"), AT_POSITION));
    ring.expectNothing(Duration.ofMillis(10));
    assertResult(8, ring.run(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)));
  }

  @Test
  void hangUpIsToldWithoutBeingAskedFor() {
    Pipe pipe = pipe();
    long poll = ring.submit(sqe -> sqe.pollAdd(pipe.read(), POLLIN));
    close(pipe.write());
    assertEquals(POLLHUP, ring.result(poll) & POLLHUP);
  }

  @Test
  void aPipeWithoutReadersIsInError() {
    Pipe pipe = pipe();
    close(pipe.read());
    assertEquals(POLLERR, poll(pipe.write(), POLLOUT) & POLLERR);
  }

  @Test
  void aSocketTellsWhatItCanDo() {
    Sockets.Pair pair = new Sockets(this).tcpPair();
    assertResult(POLLOUT, poll(pair.server(), POLLIN | POLLOUT));
    ring.run(sqe -> sqe.send(pair.client(), memory("x"), 0));
    assertResult(POLLIN | POLLOUT, poll(pair.server(), POLLIN | POLLOUT));
  }

  @Test
  void aHalfClosedSocketTells() {
    Sockets.Pair pair = new Sockets(this).tcpPair();
    long poll = ring.submit(sqe -> sqe.pollAdd(pair.server(), POLLRDHUP));
    ring.run(sqe -> sqe.shutdown(pair.client(), Posix.SHUT_WR));
    assertResult(POLLRDHUP, ring.result(poll));
    assertResult(POLLIN | POLLRDHUP, poll(pair.server(), POLLIN | POLLRDHUP));
  }

  @Test
  void aListenerWithAConnectionIsReadable() {
    Sockets sockets = new Sockets(this);
    int listener = sockets.tcpListener();
    long poll = ring.submit(sqe -> sqe.pollAdd(listener, POLLIN));
    ring.expectNothing(Duration.ofMillis(10));
    sockets.connectTo(listener);
    assertResult(POLLIN, ring.result(poll));
    sockets.accept(listener);
  }

  @Test
  void aRegularFileIsAlwaysReady() {
    // io_uring refuses to wait on what has no readiness; poll(2) says it is ready.
    int fd = file("file", bytes("x"));
    int result = poll(fd, POLLIN | POLLOUT);
    assertTrue(result == (POLLIN | POLLOUT) || result == -Errno.EPERM, () -> Results.name(result));
  }

  @Test
  void severalPollsOfOneDescriptorAllComplete() {
    Pipe pipe = pipe();
    long[] polls = new long[10];
    for (int i = 0; i < 10; i++) {
      polls[i] = ring.submit(sqe -> sqe.pollAdd(pipe.read(), POLLIN));
    }
    ring.run(sqe -> sqe.write(pipe.write(), memory("x"), AT_POSITION));
    for (int result : ring.results(polls)) {
      assertResult(POLLIN, result);
    }
  }

  @Test
  void aPollCanBeCancelled() {
    Pipe pipe = pipe();
    long poll = ring.submit(sqe -> sqe.pollAdd(pipe.read(), POLLIN));
    assertResult(0, ring.run(sqe -> sqe.cancel(poll)));
    assertError(Errno.ECANCELED, ring.result(poll));
  }
}
