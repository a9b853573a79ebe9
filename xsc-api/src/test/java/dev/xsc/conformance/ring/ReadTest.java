// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** {@code READ} from regular files. */
class ReadTest extends RingTest {
  private int fd(String content) {
    return openat(write("file", bytes(content)), Posix.O_RDONLY);
  }

  @Test
  void readsWhatIsThere() {
    int fd = fd("hello");
    MemorySegment buffer = memory(5);
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 0)));
    assertEquals("hello", text(buffer, 5));
  }

  @Test
  void readsAtAnOffset() {
    int fd = fd("hello world");
    MemorySegment buffer = memory(5);
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 6)));
    assertEquals("world", text(buffer, 5));
  }

  @Test
  void aReadAcrossTheEndIsShortAndLeavesTheRestOfTheBufferAlone() {
    int fd = fd("hello");
    MemorySegment buffer = memory(16).fill((byte) '.');
    assertResult(3, ring.run(sqe -> sqe.read(fd, buffer, 2)));
    assertEquals("llo.............", text(buffer, 16));
  }

  @Test
  void bytesAroundTheSegmentStayUntouched() {
    int fd = fd("hello world");
    MemorySegment around = memory(12).fill((byte) '.');
    assertResult(4, ring.run(sqe -> sqe.read(fd, around.asSlice(4, 4), 0)));
    assertEquals("....hell....", text(around, 12));
  }

  @Test
  void aReadAtTheEndReturnsZero() {
    int fd = fd("hello");
    assertResult(0, ring.run(sqe -> sqe.read(fd, memory(5), 5)));
    assertResult(0, ring.run(sqe -> sqe.read(fd, memory(5), 5000)));
    assertResult(0, ring.run(sqe -> sqe.read(fd, memory(5), 1L << 40)));
  }

  @Test
  void readingIntoNoBytesReturnsZero() {
    int fd = fd("hello");
    assertResult(0, ring.run(sqe -> sqe.read(fd, memory(8).asSlice(0, 0), 0)));
  }

  @Test
  void readingAtThePositionMovesIt() {
    int fd = fd("hello world");
    MemorySegment buffer = memory(6);
    assertResult(6, ring.run(sqe -> sqe.read(fd, buffer, AT_POSITION)));
    assertEquals("hello ", text(buffer, 6));
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, AT_POSITION)));
    assertEquals("world", text(buffer, 5));
    assertResult(0, ring.run(sqe -> sqe.read(fd, buffer, AT_POSITION)));
  }

  @Test
  void readingAtAnOffsetLeavesThePositionAlone() {
    int fd = fd("hello world");
    MemorySegment buffer = memory(5);
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 6)));
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, AT_POSITION)));
    assertEquals("hello", text(buffer, 5));
  }

  @Test
  void eachOpenFileHasItsOwnPosition() {
    int first = fd("hello");
    int second = openat(folder.resolve("file"), Posix.O_RDONLY);
    MemorySegment buffer = memory(2);
    ring.run(sqe -> sqe.read(first, buffer, AT_POSITION));
    ring.run(sqe -> sqe.read(second, buffer, AT_POSITION));
    assertEquals("he", text(buffer, 2));
  }

  @Test
  void aLargeFileIsReadAtOnce() {
    byte[] content = pattern(8 << 20);
    int fd = file("large", content);
    MemorySegment buffer = memory(content.length);
    assertResult(content.length, ring.run(sqe -> sqe.read(fd, buffer, 0)));
    assertArrayEquals(content, bytes(buffer));
  }

  @Test
  void aLargeFileIsReadInParallel() {
    byte[] content = pattern(1 << 20);
    int fd = file("large", content);
    MemorySegment buffer = memory(content.length);
    int chunk = 4096;
    for (int at = 0; at < content.length; at += chunk) {
      int offset = at;
      ring.fill(sqe -> sqe.read(fd, buffer.asSlice(offset, chunk), offset));
    }
    ring.ring().submit();
    for (Cqe cqe : ring.awaitAll()) {
      assertResult(chunk, cqe.result());
    }
    assertArrayEquals(content, bytes(buffer));
  }

  @Test
  void aHoleReadsAsZeros() {
    int fd = file("holes");
    ring.run(sqe -> sqe.write(fd, memory("x"), 10_000));
    MemorySegment buffer = memory(10_001).fill((byte) '.');
    assertResult(10_001, ring.run(sqe -> sqe.read(fd, buffer, 0)));
    byte[] expected = new byte[10_001];
    expected[10_000] = 'x';
    assertArrayEquals(expected, bytes(buffer));
  }

  @Test
  void aRemovedFileIsReadWhileItIsOpen() throws IOException {
    int fd = fd("hello");
    Files.delete(folder.resolve("file"));
    MemorySegment buffer = memory(5);
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 0)));
    assertEquals("hello", text(buffer, 5));
  }

  @Test
  void memoryOfAConfinedArenaWorks() {
    int fd = fd("hello");
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment buffer = confined.allocate(5);
      assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 0)));
      assertEquals("hello", text(buffer, 5));
      assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 0).async()));
    }
  }

  @Test
  void whatWasWrittenFromOutsideIsSeen() {
    int fd = fd("hello");
    write("file", bytes("HELLO!"));
    MemorySegment buffer = memory(10);
    assertResult(6, ring.run(sqe -> sqe.read(fd, buffer, 0)));
    assertEquals("HELLO!", text(buffer, 6));
  }

  @Test
  void aDescriptorWorksOnEveryRing() {
    int fd = fd("hello");
    RingTester other = open(options -> options);
    MemorySegment buffer = memory(5);
    assertResult(5, other.run(sqe -> sqe.read(fd, buffer, 0)));
    assertEquals("hello", text(buffer, 5));
  }
}
