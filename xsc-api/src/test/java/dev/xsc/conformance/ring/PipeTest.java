// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@code READ} and {@code WRITE} of pipes: operations that have to wait. */
class PipeTest extends RingTest {
  @Test
  void aReadWaitsForData() {
    Pipe pipe = pipe();
    MemorySegment buffer = memory(8);
    long read = ring.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
    ring.expectNothing(Duration.ofMillis(20));
    assertResult(5, ring.run(sqe -> sqe.write(pipe.write(), memory("hello"), AT_POSITION)));
    assertResult(5, ring.result(read));
    assertEquals("hello", text(buffer, 5));
  }

  @Test
  void aReadReturnsWhatIsThere() {
    Pipe pipe = pipe();
    ring.run(sqe -> sqe.write(pipe.write(), memory("hello"), AT_POSITION));
    assertResult(2, ring.run(sqe -> sqe.read(pipe.read(), memory(2), AT_POSITION)));
    assertResult(3, ring.run(sqe -> sqe.read(pipe.read(), memory(10), AT_POSITION)));
  }

  @Test
  void dataFromOutsideTheRingIsRead() {
    Pipe pipe = pipe();
    long read = ring.submit(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION));
    assertResult(3, ring.ring().calls().write(pipe.write(), memory("out")));
    assertResult(3, ring.result(read));
  }

  @Test
  void aPipeWithoutWritersReadsAsEnded() {
    Pipe pipe = pipe();
    ring.run(sqe -> sqe.write(pipe.write(), memory("last"), AT_POSITION));
    close(pipe.write());
    assertResult(4, ring.run(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)));
    assertResult(0, ring.run(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION)));
  }

  @Test
  void aPipeWithoutReadersIsBroken() {
    Pipe pipe = pipe();
    close(pipe.read());
    // And no signal ends the process.
    assertError(Errno.EPIPE, ring.run(sqe -> sqe.write(pipe.write(), memory("x"), AT_POSITION)));
  }

  @Test
  void everyParkedReadIsServedOnce() {
    Pipe pipe = pipe();
    MemorySegment buffer = memory(32);
    long[] reads = new long[32];
    for (int i = 0; i < 32; i++) {
      MemorySegment one = buffer.asSlice(i, 1);
      reads[i] = ring.fill(sqe -> sqe.read(pipe.read(), one, AT_POSITION));
    }
    ring.ring().submit();
    byte[] sent = pattern(32);
    assertResult(32, ring.run(sqe -> sqe.write(pipe.write(), memory(sent), AT_POSITION)));
    for (int result : ring.results(reads)) {
      assertResult(1, result);
    }
    byte[] received = bytes(buffer);
    Arrays.sort(received);
    Arrays.sort(sent);
    assertArrayEquals(sent, received);
  }

  @Test
  void aWriteWaitsForRoom() {
    Pipe pipe = pipe();
    byte[] content = pattern(200_000);
    // More than a pipe holds: the write ends, whole or short, once somebody reads.
    long write = ring.submit(sqe -> sqe.write(pipe.write(), memory(content), AT_POSITION));
    MemorySegment buffer = memory(content.length);
    int received = 0;
    while (ring.pending().contains(write)) {
      MemorySegment rest = buffer.asSlice(received);
      long read = ring.submit(sqe -> sqe.read(pipe.read(), rest, AT_POSITION));
      ring.waitUntil(() -> !ring.pending().contains(read), "data");
      received += ring.result(read);
    }
    int written = ring.result(write);
    assertTrue(written > 0 && written <= content.length, () -> "wrote " + written);
    while (received < written) {
      MemorySegment rest = buffer.asSlice(received);
      received += ring.run(sqe -> sqe.read(pipe.read(), rest, AT_POSITION));
    }
    assertArrayEquals(Arrays.copyOf(content, written), Arrays.copyOf(bytes(buffer), written));
  }

  @Test
  void aNonBlockingPipeWaitsOrSaysSo() {
    // Linux 5.15 says EAGAIN for O_NONBLOCK, as read(2) does; newer io_uring waits all the same.
    MemorySegment fds = memory(8);
    assertResult(0, ring.ring().calls().pipe(fds, Posix.O_NONBLOCK | Posix.O_CLOEXEC));
    int from = descriptor(fds.get(ValueLayout.JAVA_INT, 0));
    int to = descriptor(fds.get(ValueLayout.JAVA_INT, 4));
    long read = ring.submit(sqe -> sqe.read(from, memory(4), AT_POSITION));
    ring.poll();
    assertResult(4, ring.run(sqe -> sqe.write(to, memory("data"), AT_POSITION)));
    int result = ring.result(read);
    if (result < 0) {
      assertError(Errno.EAGAIN, result);
    } else {
      assertResult(4, result);
    }
  }

  @Test
  void pipesAreReadOnManyRingsAtOnce() {
    Pipe pipe = pipe();
    RingTester other = open(options -> options);
    MemorySegment buffer = memory(4);
    long read = other.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
    assertResult(4, ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION)));
    assertResult(4, other.result(read));
    assertEquals("data", text(buffer, 4));
  }

  @Test
  void aParkedReadUsesMemoryOfAConfinedArena() {
    Pipe pipe = pipe();
    try (var confined = Arena.ofConfined()) {
      MemorySegment buffer = confined.allocate(4);
      long read = ring.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
      ring.expectNothing(Duration.ofMillis(5));
      ring.run(sqe -> sqe.write(pipe.write(), memory("data"), AT_POSITION));
      assertResult(4, ring.result(read));
      assertEquals("data", text(buffer, 4));
    }
  }
}
