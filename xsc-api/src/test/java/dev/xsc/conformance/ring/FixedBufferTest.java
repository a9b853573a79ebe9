// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.spi.KernelException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code READ_FIXED} and {@code WRITE_FIXED}. */
class FixedBufferTest extends RingTest {
  private MemorySegment first;
  private MemorySegment second;

  private void register() throws KernelException {
    first = memory(8192);
    second = memory(4096);
    ring.ring().registerBuffers(List.of(first, second));
  }

  @Test
  void readsIntoARegisteredBuffer() throws KernelException {
    register();
    int fd = file("file", bytes("hello world"));
    assertResult(11, ring.run(sqe -> sqe.readFixed(fd, second.asSlice(0, 100), 0, 1)));
    assertEquals("hello world", text(second, 11));
  }

  @Test
  void writesFromAPartOfARegisteredBuffer() throws KernelException {
    register();
    int fd = file("file");
    MemorySegment part = first.asSlice(5000, 5).copyFrom(memory("hello"));
    assertResult(5, ring.run(sqe -> sqe.writeFixed(fd, part, 3, 0)));
    assertArrayEquals(new byte[] {0, 0, 0, 'h', 'e', 'l', 'l', 'o'}, contentOf("file"));
  }

  @Test
  void theWholeBufferMayBeUsed() throws KernelException {
    register();
    byte[] content = pattern(8192);
    int fd = file("file", content);
    assertResult(8192, ring.run(sqe -> sqe.readFixed(fd, first, 0, 0)));
    assertArrayEquals(content, bytes(first));
  }

  @Test
  void memoryOutsideTheBufferIsRefusedAndLeftAlone() throws KernelException {
    register();
    int fd = file("file", bytes("hello"));
    MemorySegment other = memory(64).fill((byte) '.');
    assertError(Errno.EFAULT, ring.run(sqe -> sqe.readFixed(fd, other, 0, 0)));
    assertEquals(".".repeat(64), text(other, 64));
    // A registered buffer, but another one than the index says.
    assertError(Errno.EFAULT, ring.run(sqe -> sqe.readFixed(fd, second, 0, 0)));
    assertError(Errno.EFAULT, ring.run(sqe -> sqe.writeFixed(fd, other, 0, 1)));
    assertArrayEquals(bytes("hello"), contentOf("file"));
  }

  @Test
  void aSegmentThatReachesOverTheEndIsRefused() throws KernelException {
    MemorySegment whole = memory(8192);
    ring.ring().registerBuffers(List.of(whole.asSlice(0, 4096)));
    int fd = file("file", bytes("hello"));
    assertError(Errno.EFAULT, ring.run(sqe -> sqe.readFixed(fd, whole.asSlice(4000, 200), 0, 0)));
  }

  @Test
  void anIndexWithoutABufferIsRefused() throws KernelException {
    register();
    int fd = file("file", bytes("hello"));
    assertError(Errno.EFAULT, ring.run(sqe -> sqe.readFixed(fd, first, 0, 2)));
    ring.ring().unregisterBuffers();
    assertError(Errno.EFAULT, ring.run(sqe -> sqe.readFixed(fd, first, 0, 0)));
  }

  @Test
  void newBuffersReplaceTheOldOnes() throws KernelException {
    register();
    MemorySegment third = memory(64);
    ring.ring().registerBuffers(List.of(third));
    int fd = file("file", bytes("hello"));
    assertResult(5, ring.run(sqe -> sqe.readFixed(fd, third, 0, 0)));
    assertEquals("hello", text(third, 5));
    assertError(Errno.EFAULT, ring.run(sqe -> sqe.readFixed(fd, first, 0, 0)));
  }

  @Test
  void anIndexThatDoesNotFitIsRefusedWithItsValue() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ring.ring().next().readFixed(0, memory(1), 0, 65536));
    assertTrue(e.getMessage().contains("65536"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> ring.ring().next().writeFixed(0, memory(1), 0, -1));
  }

  @Test
  void registeringHeapMemoryOrNothingIsRefused() {
    MemorySegment heap = MemorySegment.ofArray(new byte[8]);
    assertThrows(IllegalArgumentException.class, () -> ring.ring().registerBuffers(List.of(heap)));
    var e = assertThrows(KernelException.class, ring.ring()::unregisterBuffers);
    assertEquals(Errno.ENXIO, e.errno());
  }

  @Test
  void registeredFilesAndBuffersGoTogether() throws KernelException {
    register();
    ring.ring().registerFiles(file("file", bytes("hello")));
    assertResult(5, ring.run(sqe -> sqe.readFixed(0, first, 0, 0).fixedFile()));
    assertEquals("hello", text(first, 5));
  }
}
