// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Posix.AT_FDCWD;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Sqe;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Chains of entries: {@link Sqe#link()} and {@link Sqe#hardlink()}. */
class LinkTest extends RingTest {
  private long failing(boolean link, boolean hard) {
    MemorySegment missing = path("missing");
    return ring.fill(sqe -> {
      sqe.openat(AT_FDCWD, missing, 0, 0);
      if (link) {
        sqe.link();
      }
      if (hard) {
        sqe.hardlink();
      }
    });
  }

  @Test
  void aChainRunsInItsOrder() {
    int fd = file("file");
    MemorySegment buffer = memory(3);
    long write = ring.fill(sqe -> sqe.write(fd, memory("abc"), 0).link());
    long sync = ring.fill(sqe -> sqe.fsync(fd).link());
    long read = ring.fill(sqe -> sqe.read(fd, buffer, 0));
    ring.ring().submit();
    assertEquals(List.of(write, sync, read), ring.awaitAll().stream().map(Cqe::userData).toList());
    assertEquals("abc", text(buffer, 3));
  }

  @Test
  void writesAtThePositionOfOneChainDoNotOverlap() {
    int fd = file("file");
    for (int i = 0; i < 26; i++) {
      MemorySegment letter = memory(String.valueOf((char) ('a' + i)).repeat(10));
      boolean last = i == 25;
      ring.fill(sqe -> {
        sqe.write(fd, letter, AT_POSITION);
        if (!last) {
          sqe.link();
        }
      });
    }
    ring.ring().submit();
    ring.awaitAll();
    StringBuilder expected = new StringBuilder();
    for (char c = 'a'; c <= 'z'; c++) {
      expected.append(String.valueOf(c).repeat(10));
    }
    assertArrayEquals(bytes(expected.toString()), contentOf("file"));
  }

  @Test
  void anErrorCancelsTheRestOfTheChain() {
    int fd = file("file");
    long first = ring.fill(sqe -> sqe.nop().link());
    long bad = failing(true, false);
    long write = ring.fill(sqe -> sqe.write(fd, memory("never"), 0).link());
    long last = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertResult(0, ring.result(first));
    assertError(Errno.ENOENT, ring.result(bad));
    assertError(Errno.ECANCELED, ring.result(write));
    assertError(Errno.ECANCELED, ring.result(last));
    assertEquals(0, contentOf("file").length);
  }

  @Test
  void aShortReadBreaksTheChain() {
    int fd = file("file", bytes("hello"));
    long read = ring.fill(sqe -> sqe.read(fd, memory(10), 0).link());
    long after = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertResult(5, ring.result(read));
    assertError(Errno.ECANCELED, ring.result(after));
  }

  @Test
  void aShortReadBreaksTheChainWhenItHadToWait() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(10), AT_POSITION).link());
    long after = ring.fill(Sqe::nop);
    ring.ring().submit();
    ring.run(sqe -> sqe.write(pipe.write(), memory("hello"), AT_POSITION));
    assertResult(5, ring.result(read));
    assertError(Errno.ECANCELED, ring.result(after));
  }

  @Test
  void theNextEntryWaitsForTheOneBefore() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION).link());
    long after = ring.fill(Sqe::nop);
    ring.ring().submit();
    ring.expectNothing(Duration.ofMillis(20));
    ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
    assertResult(4, ring.result(read));
    assertResult(0, ring.result(after));
  }

  @Test
  void otherEntriesDoNotWaitForAChain() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION).link());
    long after = ring.fill(Sqe::nop);
    long other = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertResult(0, ring.result(other));
    ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
    assertResult(4, ring.result(read));
    assertResult(0, ring.result(after));
  }

  @Test
  void anErrorDoesNotReachTheNextChain() {
    long bad = failing(true, false);
    long cancelled = ring.fill(Sqe::nop);
    long first = ring.fill(sqe -> sqe.nop().link());
    long second = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertError(Errno.ENOENT, ring.result(bad));
    assertError(Errno.ECANCELED, ring.result(cancelled));
    assertResult(0, ring.result(first));
    assertResult(0, ring.result(second));
  }

  @Test
  void aLinkOnTheLastEntryOfABatchLinksNothing() {
    long bad = failing(true, false);
    ring.ring().submit();
    long next = ring.submit(Sqe::nop);
    assertError(Errno.ENOENT, ring.result(bad));
    assertResult(0, ring.result(next));
  }

  @Test
  void aHardLinkGoesOnAfterAnError() {
    long bad = failing(false, true);
    long next = ring.fill(sqe -> sqe.nop().link());
    long last = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertError(Errno.ENOENT, ring.result(bad));
    assertResult(0, ring.result(next));
    assertResult(0, ring.result(last));
  }

  @Test
  void aHardLinkGoesOnAfterAShortRead() {
    int fd = file("file", bytes("hello"));
    long read = ring.fill(sqe -> sqe.read(fd, memory(10), 0).hardlink());
    long after = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertResult(5, ring.result(read));
    assertResult(0, ring.result(after));
  }

  @Test
  void aHardLinkKeepsTheOrder() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION).hardlink());
    long after = ring.fill(Sqe::nop);
    ring.ring().submit();
    ring.expectNothing(Duration.ofMillis(20));
    ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
    assertResult(4, ring.result(read));
    assertResult(0, ring.result(after));
  }

  @Test
  void anErrorAtASoftLinkCancelsHardLinkedEntriesBehindIt() {
    long bad = failing(true, false);
    long hard = ring.fill(sqe -> sqe.nop().hardlink());
    long last = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertError(Errno.ENOENT, ring.result(bad));
    assertError(Errno.ECANCELED, ring.result(hard));
    assertError(Errno.ECANCELED, ring.result(last));
  }

  @Test
  void aChainAsLongAsTheQueueWorks() {
    RingTester small = open(options -> options.entries(64));
    long[] ids = new long[64];
    for (int i = 0; i < 64; i++) {
      boolean last = i == 63;
      ids[i] =
          small.fill(sqe -> {
            sqe.nop();
            if (!last) {
              sqe.link();
            }
          });
    }
    small.ring().submit();
    assertArrayEquals(new int[64], small.results(ids));
  }

  @Test
  void cancellingAWaitingChainEndsAllOfIt() {
    Pipe pipe = pipe();
    long read = ring.fill(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION).link());
    long second = ring.fill(sqe -> sqe.nop().link());
    long third = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertResult(0, ring.run(sqe -> sqe.cancel(read)));
    assertError(Errno.ECANCELED, ring.result(read));
    assertError(Errno.ECANCELED, ring.result(second));
    assertError(Errno.ECANCELED, ring.result(third));
  }

  @Test
  void echoAsOneChain() {
    Sockets.Pair pair = new Sockets(this).tcpPair();
    MemorySegment message = memory("echo");
    MemorySegment buffer = memory(4);
    long receive = ring.fill(sqe -> sqe.recv(pair.server(), buffer, 0).link());
    long answer = ring.fill(sqe -> sqe.send(pair.server(), buffer, 0));
    ring.ring().submit();
    assertResult(4, ring.run(sqe -> sqe.send(pair.client(), message, 0)));
    assertResult(4, ring.result(receive));
    assertResult(4, ring.result(answer));
    MemorySegment echoed = memory(8);
    assertResult(4, ring.run(sqe -> sqe.recv(pair.client(), echoed, 0)));
    assertEquals("echo", text(echoed, 4));
  }
}
