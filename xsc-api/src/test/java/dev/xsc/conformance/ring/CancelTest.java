// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.conformance.ring.Results.assertSuccess;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Timespec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code CANCEL}. */
class CancelTest extends RingTest {
  @Test
  void everyKindOfWaitingOperationCanBeCancelled() {
    Sockets sockets = new Sockets(this);
    Sockets.Pair pair = sockets.tcpPair();
    int listener = sockets.tcpListener();
    int datagrams = sockets.udpSocket();
    Pipe pipe = pipe();
    MsgHdr message = MsgHdr.of(arena, List.of(memory(8)));
    MemorySegment hour = Timespec.write(memory(16), TimeUnit.HOURS.toNanos(1));
    List<Long> targets = new ArrayList<>();
    targets.add(ring.submit(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)));
    targets.add(ring.submit(sqe -> sqe.recv(pair.server(), memory(8), 0)));
    targets.add(ring.submit(sqe -> sqe.recv(pair.client(), memory(8), Posix.MSG_WAITALL)));
    targets.add(ring.submit(sqe -> sqe.recvmsg(datagrams, message, 0)));
    targets.add(ring.submit(sqe -> sqe.accept(listener, 0)));
    targets.add(ring.submit(sqe -> sqe.acceptMultishot(listener, 0)));
    targets.add(ring.submit(sqe -> sqe.pollAdd(pair.server(), Posix.POLLIN)));
    targets.add(ring.submit(sqe -> sqe.timeout(hour, false)));
    for (long target : targets) {
      assertResult(0, ring.run(sqe -> sqe.cancel(target)));
      assertError(Errno.ECANCELED, ring.result(target));
    }
  }

  @Test
  void aCancelThatFindsNothingSaysSo() {
    assertError(Errno.ENOENT, ring.run(sqe -> sqe.cancel(12345)));
    long nop = ring.submit(Sqe::nop);
    ring.result(nop);
    assertError(Errno.ENOENT, ring.run(sqe -> sqe.cancel(nop)));
  }

  @Test
  void aCancelOfTheSameBatchFindsItsTarget() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION));
    long cancel = ring.fill(sqe -> sqe.cancel(read));
    ring.ring().submit();
    assertResult(0, ring.result(cancel));
    assertError(Errno.ECANCELED, ring.result(read));
  }

  @Test
  void onlyTheTargetIsCancelled() {
    Pipe pipe = pipe();
    MemorySegment buffer = memory(4);
    long first = ring.submit(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    long second = ring.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
    assertResult(0, ring.run(sqe -> sqe.cancel(first)));
    assertError(Errno.ECANCELED, ring.result(first));
    ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
    assertResult(4, ring.result(second));
    assertEquals("data", text(buffer, 4));
  }

  @Test
  void aCancelledReadTakesNoData() {
    Pipe pipe = pipe();
    MemorySegment buffer = memory(8).fill((byte) '.');
    long read = ring.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
    ring.run(sqe -> sqe.cancel(read));
    assertError(Errno.ECANCELED, ring.result(read));
    ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
    assertResult(4, ring.run(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)));
    assertEquals("........", text(buffer, 8));
  }

  @Test
  void aCancelOfAWaitingAcceptLosesNoConnection() {
    Sockets sockets = new Sockets(this);
    int listener = sockets.tcpListener();
    long accept = ring.submit(sqe -> sqe.accept(listener, 0));
    ring.run(sqe -> sqe.cancel(accept));
    assertError(Errno.ECANCELED, ring.result(accept));
    sockets.connectTo(listener);
    sockets.accept(listener);
  }

  @Test
  void oneOfManyWithTheSameUserDataIsCancelled() {
    // User data need not be unique: a cancel takes one.
    Pipe pipe = pipe();
    var raw = openRaw();
    raw.next().read(pipe.read(), memory(4), AT_POSITION).userData(7);
    raw.next().read(pipe.read(), memory(4), AT_POSITION).userData(7);
    raw.next().cancel(7).userData(8);
    awaitReady(raw, 2);
    List<Cqe> seen = new ArrayList<>();
    raw.reap((data, result, flags) -> seen.add(new Cqe(data, result, flags)));
    assertEquals(2, seen.size(), seen::toString);
    raw.next().cancel(7).userData(9);
    awaitReady(raw, 2);
    raw.reap((data, result, flags) -> seen.add(new Cqe(data, result, flags)));
    assertEquals(2, seen.stream().filter(cqe -> cqe.result() == -Errno.ECANCELED).count());
    assertEquals(2, seen.stream().filter(cqe -> cqe.result() == 0).count());
  }

  @Test
  void aCancelThatRacesWithDataGivesOneOutcome() {
    for (int i = 0; i < 200; i++) {
      Pipe pipe = pipe();
      MemorySegment buffer = memory(4);
      long read = ring.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
      long write = 0;
      long cancel = 0;
      if (i % 2 == 0) {
        write = ring.fill(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
        cancel = ring.fill(sqe -> sqe.cancel(read));
      } else {
        cancel = ring.fill(sqe -> sqe.cancel(read));
        write = ring.fill(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
      }
      ring.ring().submit();
      int result = ring.result(read);
      int cancelled = ring.result(cancel);
      assertResult(4, ring.result(write));
      if (result == 4) {
        assertAnyError(cancelled, Errno.ENOENT, Errno.EALREADY, 0);
        assertEquals("data", text(buffer, 4));
      } else {
        assertError(Errno.ECANCELED, result);
        assertAnyError(cancelled, 0, Errno.EALREADY);
        assertResult(4, ring.run(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION)));
      }
      close(pipe.read());
      close(pipe.write());
    }
  }

  @Test
  void cancellingADescriptorEndsAllItsOperations() {
    Pipe pipe = pipe();
    Pipe other = pipe();
    if (!ring.ring().capabilities().has(Feature.CANCEL_FD)) {
      var e =
          assertThrows(
              UnsupportedOperationException.class, () -> ring.ring().next().cancelFd(pipe.read()));
      assertTrue(e.getMessage().contains("Capabilities"), e.getMessage());
      return;
    }
    long[] reads = new long[5];
    for (int i = 0; i < 5; i++) {
      reads[i] = ring.submit(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    }
    long unaffected = ring.submit(sqe -> sqe.read(other.read(), memory(4), AT_POSITION));
    assertResult(5, ring.run(sqe -> sqe.cancelFd(pipe.read())));
    for (int result : ring.results(reads)) {
      assertError(Errno.ECANCELED, result);
    }
    assertTrue(ring.pending().contains(unaffected));
    assertResult(0, ring.run(sqe -> sqe.cancelFd(pipe.read())));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.cancelFd(-1)));
  }

  @Test
  void cancellingADescriptorEndsMultishotOperations() {
    Sockets sockets = new Sockets(this);
    int listener = sockets.tcpListener();
    long accept = ring.submit(sqe -> sqe.acceptMultishot(listener, Posix.SOCK_CLOEXEC));
    sockets.connectTo(listener);
    descriptor(ring.await(accept).result());
    if (ring.ring().capabilities().has(Feature.CANCEL_FD)) {
      assertResult(1, ring.run(sqe -> sqe.cancelFd(listener)));
    } else {
      ring.run(sqe -> sqe.cancel(accept));
    }
    Cqe last = ring.await(accept);
    assertError(Errno.ECANCELED, last.result());
    assertTrue(!last.more());
  }

  @Test
  void cancellingEverythingEndsEverything() {
    Pipe pipe = pipe();
    Sockets sockets = new Sockets(this);
    Sockets.Pair pair = sockets.tcpPair();
    int listener = sockets.tcpListener();
    MemorySegment hour = Timespec.write(memory(16), TimeUnit.HOURS.toNanos(1));
    if (!ring.ring().capabilities().has(Feature.CANCEL_ANY)) {
      assertThrows(UnsupportedOperationException.class, () -> ring.ring().next().cancelAny());
      return;
    }
    long[] targets = {
      ring.submit(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)),
      ring.submit(sqe -> sqe.recv(pair.server(), memory(8), 0)),
      ring.submit(sqe -> sqe.pollAdd(pair.client(), Posix.POLLIN)),
      ring.submit(sqe -> sqe.timeout(hour, false)),
      ring.submit(sqe -> sqe.accept(listener, 0))
    };
    int found = ring.run(Sqe::cancelAny);
    assertTrue(found >= targets.length, () -> "cancelled " + found);
    for (int result : ring.results(targets)) {
      assertError(Errno.ECANCELED, result);
    }
    assertSuccess(ring.run(Sqe::cancelAny));
  }

  @Test
  void aThousandOperationsAreCancelledOnceEach() {
    Pipe pipe = pipe();
    MemorySegment buffer = memory(8);
    long[] reads = new long[1000];
    for (int i = 0; i < reads.length; i++) {
      reads[i] = ring.fill(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
    }
    ring.ring().submit();
    for (long read : reads) {
      ring.fill(sqe -> sqe.cancel(read));
    }
    ring.ring().submit();
    ring.waitUntil(() -> ring.pending().isEmpty(), "all");
    List<Cqe> all = ring.awaitAll();
    assertEquals(2000, all.size());
    assertEquals(1000, all.stream().filter(cqe -> cqe.result() == -Errno.ECANCELED).count());
    assertEquals(1000, all.stream().filter(cqe -> cqe.result() == 0).count());
  }
}
