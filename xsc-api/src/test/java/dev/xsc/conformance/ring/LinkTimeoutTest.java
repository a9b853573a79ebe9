// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.conformance.World;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Timespec;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code LINK_TIMEOUT}: bounds the operation before it. */
class LinkTimeoutTest extends RingTest {
  private MemorySegment millis(long millis) {
    return Timespec.write(memory(Timespec.SIZE), TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void anOperationThatTakesTooLongIsCancelled() {
    Pipe pipe = pipe();
    MemorySegment buffer = memory(8).fill((byte) '.');
    long read = ring.fill(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION).link());
    long timeout = ring.fill(sqe -> sqe.linkTimeout(millis(30), false));
    ring.ring().submit();
    assertError(Errno.ECANCELED, ring.result(read));
    assertError(Errno.ETIME, ring.result(timeout));
    // Nothing is left that could take data that comes later.
    ring.run(sqe -> sqe.write(pipe.write(), memory("late"), AT_POSITION));
    assertEquals("........", text(buffer, 8));
    assertResult(4, ring.run(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)));
  }

  @Test
  void anOperationThatIsInTimeCancelsTheTimeout() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION).link());
    long timeout = ring.fill(sqe -> sqe.linkTimeout(millis(3_600_000), false));
    ring.ring().submit();
    ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
    assertResult(4, ring.result(read));
    assertError(Errno.ECANCELED, ring.result(timeout));
  }

  @Test
  void anOperationThatEndsAtOnceCancelsTheTimeout() {
    long nop = ring.fill(sqe -> sqe.nop().link());
    long timeout = ring.fill(sqe -> sqe.linkTimeout(millis(3_600_000), false));
    ring.ring().submit();
    assertResult(0, ring.result(nop));
    assertError(Errno.ECANCELED, ring.result(timeout));
  }

  @Test
  void anOperationThatFailsCancelsTheTimeout() {
    long read = ring.fill(sqe -> sqe.read(-1, memory(8), 0).link());
    long timeout = ring.fill(sqe -> sqe.linkTimeout(millis(3_600_000), false));
    ring.ring().submit();
    assertError(Errno.EBADF, ring.result(read));
    assertError(Errno.ECANCELED, ring.result(timeout));
  }

  @Test
  void anAbsoluteTimeThatIsOverCancelsAtOnce() {
    Pipe pipe = pipe();
    MemorySegment past = Timespec.write(memory(Timespec.SIZE), 1);
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION).link());
    long timeout = ring.fill(sqe -> sqe.linkTimeout(past, true));
    ring.ring().submit();
    assertError(Errno.ECANCELED, ring.result(read));
    assertError(Errno.ETIME, ring.result(timeout));
  }

  @Test
  void itBoundsReceivesAcceptsAndPolls() {
    Sockets sockets = new Sockets(this);
    Sockets.Pair pair = sockets.tcpPair();
    int listener = sockets.tcpListener();
    long[] victims = new long[3];
    long[] timeouts = new long[3];
    MemorySegment time = millis(20);
    victims[0] = ring.fill(sqe -> sqe.recv(pair.server(), memory(8), 0).link());
    timeouts[0] = ring.fill(sqe -> sqe.linkTimeout(time, false));
    victims[1] = ring.fill(sqe -> sqe.accept(listener, 0).link());
    timeouts[1] = ring.fill(sqe -> sqe.linkTimeout(time, false));
    victims[2] = ring.fill(sqe -> sqe.pollAdd(pair.server(), Posix.POLLIN).link());
    timeouts[2] = ring.fill(sqe -> sqe.linkTimeout(time, false));
    ring.ring().submit();
    for (int result : ring.results(victims)) {
      assertError(Errno.ECANCELED, result);
    }
    for (int result : ring.results(timeouts)) {
      assertError(Errno.ETIME, result);
    }
  }

  @Test
  void cancellingTheOperationCancelsTheTimeoutToo() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION).link());
    long timeout = ring.fill(sqe -> sqe.linkTimeout(millis(3_600_000), false));
    ring.ring().submit();
    assertResult(0, ring.run(sqe -> sqe.cancel(read)));
    assertError(Errno.ECANCELED, ring.result(read));
    assertError(Errno.ECANCELED, ring.result(timeout));
  }

  @Test
  void aTimeoutThatFollowsNothingIsRefused() {
    MemorySegment time = millis(10);
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.linkTimeout(time, false)));
  }

  @Test
  void whenBothAreCloseExactlyOneOfThemWins() {
    for (int i = 0; i < 50; i++) {
      Pipe pipe = pipe();
      MemorySegment time = Timespec.write(memory(Timespec.SIZE), 200_000L + 1000L * i);
      long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION).link());
      long timeout = ring.fill(sqe -> sqe.linkTimeout(time, false));
      ring.ring().submit();
      long until = World.nanoTime() + 200_000;
      while (World.nanoTime() < until) {
        World.spin();
      }
      assertResult(1, ring.run(sqe -> sqe.write(pipe.write(), memory("x"), AT_POSITION)));
      int result = ring.result(read);
      int timer = ring.result(timeout);
      if (result == 1) {
        assertAnyError(timer, Errno.ECANCELED, Errno.ETIME, Errno.EALREADY, Errno.ENOENT);
      } else {
        assertError(Errno.ECANCELED, result);
        assertAnyError(timer, Errno.ETIME, Errno.EALREADY);
        // The byte was not taken.
        assertResult(1, ring.run(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)));
      }
      close(pipe.read());
      close(pipe.write());
    }
  }

  @Test
  void theChainGoesOnAfterAnOperationInTime() {
    long nop = ring.fill(sqe -> sqe.nop().link());
    long timeout = ring.fill(sqe -> sqe.linkTimeout(millis(3_600_000), false));
    long other = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertResult(0, ring.result(nop));
    assertError(Errno.ECANCELED, ring.result(timeout));
    assertResult(0, ring.result(other));
  }
}
