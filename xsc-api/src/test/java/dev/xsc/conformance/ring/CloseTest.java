// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.Errno;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code CLOSE} of descriptors. */
class CloseTest extends RingTest {
  private void closeOnRing(int fd) {
    forget(fd);
    assertResult(0, ring.run(sqe -> sqe.close(fd)));
  }

  @Test
  void aClosedDescriptorIsGone() {
    int fd = file("file", bytes("hello"));
    closeOnRing(fd);
    assertError(Errno.EBADF, ring.run(sqe -> sqe.read(fd, memory(1), 0)));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.close(fd)));
  }

  @Test
  void aDescriptorThatWasNeverOpenIsRefused() {
    assertError(Errno.EBADF, ring.run(sqe -> sqe.close(-1)));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.close(1 << 20)));
  }

  @Test
  void aNumberIsUsedAgain() {
    int fd = file("file");
    closeOnRing(fd);
    // Others in this process may take it meanwhile, so the number itself is not asserted.
    for (int i = 0; i < 50; i++) {
      closeOnRing(file("file"));
    }
  }

  @Test
  void aReadOnAPipeInFlightEndsOnceAfterItsDescriptorIsClosed() {
    Pipe pipe = pipe();
    MemorySegment buffer = memory(8);
    long read = ring.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
    closeOnRing(pipe.read());
    // The operation holds the file: as on Linux, it goes on until data or the end of the pipe
    // comes.
    ring.expectNothing(Duration.ofMillis(20));
    assertResult(4, ring.run(sqe -> sqe.write(pipe.write(), memory("late"), AT_POSITION)));
    assertResult(4, ring.result(read));
    assertEquals("late", text(buffer, 4));
  }

  @Test
  void closingTheWritingEndEndsAReadInFlight() {
    Pipe pipe = pipe();
    long read = ring.submit(sqe -> sqe.read(pipe.read(), memory(8), AT_POSITION));
    closeOnRing(pipe.write());
    assertResult(0, ring.result(read));
  }

  @Test
  void theDescriptorOfAnotherFileWithTheSameNumberIsNotReadByAnEarlierOperation() {
    Pipe pipe = pipe();
    MemorySegment buffer = memory(8).fill((byte) '.');
    long read = ring.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
    closeOnRing(pipe.read());
    for (int i = 0; i < 5; i++) {
      file("other" + i, bytes("other"));
    }
    closeOnRing(pipe.write());
    assertResult(0, ring.result(read));
    assertEquals("........", text(buffer, 8));
  }
}
