// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.conformance.ring.Results.assertSuccess;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.Machine;
import dev.xsc.conformance.World;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.SockAddr;
import dev.xsc.ring.Sqe;
import dev.xsc.spi.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Ten thousand idle connections, a receive in flight on each, then all of them served. */
class ManyConnectionsTest extends RingTest {
  private static final int WANTED = 10_000;

  /** Descriptors left for everything else in the process. */
  private static final int RESERVE = 200;

  private static final int BATCH = 100;

  private SystemCalls calls;
  private Ring raw;
  private int listener;
  private int[] results;
  private int seen;

  @Test
  void tenThousandIdleConnectionsAreServed(TestReporter reporter) {
    int connections = Math.min(WANTED, (Machine.freeDescriptors() - RESERVE) / 2);
    reporter.publishEntry("connections", Integer.toString(connections));
    assertTrue(connections >= BATCH, () -> "only " + connections + " connections fit: ulimit -n");
    raw = openRaw(options -> options.entries(1024).completionEntries(8192));
    calls = raw.calls();
    listener = new Sockets(this).tcpListener();
    results = new int[connections];
    List<Integer> descriptors = new ArrayList<>();
    try {
      int[] clients = connect(connections, descriptors);
      int[] servers = accept(connections, clients, descriptors);
      serve(clients, servers);
    } finally {
      // Resets, so that no connection lingers on a machine that soon opens as many again.
      MemorySegment linger = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 0);
      for (int fd : descriptors) {
        calls.setsockopt(fd, Posix.SOL_SOCKET, Posix.SO_LINGER, linger);
        calls.close(fd);
      }
    }
  }

  private int[] connect(int count, List<Integer> descriptors) {
    int[] clients = new int[count];
    for (int i = 0; i < count; i++) {
      clients[i] = assertSuccess(calls.socket(SockAddr.AF_INET, Posix.SOCK_STREAM, 0));
      descriptors.add(clients[i]);
    }
    return clients;
  }

  private int[] accept(int count, int[] clients, List<Integer> descriptors) {
    int[] servers = new int[count];
    MemorySegment address = new Sockets(this).addressOf(listener);
    for (int at = 0; at < count; at += BATCH) {
      // No more at once than the backlog holds.
      int batch = Math.min(BATCH, count - at);
      for (int i = 0; i < batch; i++) {
        raw.next().accept(listener, Posix.SOCK_CLOEXEC).userData(i);
        raw.next().connect(clients[at + i], address).userData(BATCH + i);
      }
      results = new int[2 * BATCH];
      seen = 0;
      await(2 * batch);
      for (int i = 0; i < batch; i++) {
        servers[at + i] = assertSuccess(results[i]);
        descriptors.add(servers[at + i]);
        assertResult(0, results[BATCH + i]);
      }
    }
    return servers;
  }

  private void serve(int[] clients, int[] servers) {
    int count = servers.length;
    MemorySegment received = memory(8L * count);
    MemorySegment sent = memory(8L * count);
    // Who accepted whom is not known: each client sends its number, and each server notes what it
    // got.
    for (int i = 0; i < count; i++) {
      sent.setAtIndex(ValueLayout.JAVA_LONG, i, i);
      raw.next().recv(servers[i], received.asSlice(8L * i, 8), Posix.MSG_WAITALL).userData(i);
    }
    raw.submit();
    results = new int[2 * count];
    assertEquals(count, raw.inFlight());
    assertEquals(0, raw.reap((_, _, _) -> {}));
    seen = 0;
    for (int i = 0; i < count; i++) {
      nextWithRoom().send(clients[i], sent.asSlice(8L * i, 8), 0).userData(count + i);
    }
    await(2 * count);
    long[] numbers = received.toArray(ValueLayout.JAVA_LONG);
    Arrays.sort(numbers);
    for (int i = 0; i < count; i++) {
      assertResult(8, results[i]);
      assertResult(8, results[count + i]);
      assertEquals(i, numbers[i]);
    }
  }

  /** A kernel may take no more from somebody who leaves as many completions as this lying. */
  private Sqe nextWithRoom() {
    long end = deadline();
    Sqe entry = raw.nextOrNull();
    while (entry == null) {
      reapSome(end);
      entry = raw.nextOrNull();
    }
    return entry;
  }

  private void await(int count) {
    long end = deadline();
    while (seen < count) {
      reapSome(end);
    }
    assertEquals(count, seen);
  }

  private long deadline() {
    return World.nanoTime() + kernel.patience().toNanos();
  }

  private void reapSome(long end) {
    raw.submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(500));
    raw.reap(this::note);
    assertTrue(World.nanoTime() < end, () -> seen + " seen: " + raw);
  }

  private void note(long userData, int result, int flags) {
    results[(int) userData] = result;
    seen++;
  }
}
