// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.IoVec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code READV} and {@code WRITEV}. */
class VectoredTest extends RingTest {
  private IoVec vector(MemorySegment... segments) {
    return IoVec.of(arena, List.of(segments));
  }

  @Test
  void gathersFromSeveralSegments() {
    int fd = file("file");
    IoVec parts = vector(memory("one"), memory("-"), memory("three"));
    assertResult(9, ring.run(sqe -> sqe.writev(fd, parts, 0)));
    assertArrayEquals(bytes("one-three"), contentOf("file"));
  }

  @Test
  void scattersIntoSeveralSegments() {
    int fd = file("file", bytes("hello world"));
    MemorySegment first = memory(5);
    MemorySegment second = memory(6);
    assertResult(11, ring.run(sqe -> sqe.readv(fd, vector(first, second), 0)));
    assertEquals("hello", text(first, 5));
    assertEquals(" world", text(second, 6));
  }

  @Test
  void aShortReadFillsTheFirstSegments() {
    int fd = file("file", bytes("hello"));
    MemorySegment first = memory(3).fill((byte) '.');
    MemorySegment second = memory(3).fill((byte) '.');
    MemorySegment third = memory(3).fill((byte) '.');
    assertResult(5, ring.run(sqe -> sqe.readv(fd, vector(first, second, third), 0)));
    assertEquals("hel", text(first, 3));
    assertEquals("lo.", text(second, 3));
    assertEquals("...", text(third, 3));
  }

  @Test
  void emptySegmentsAreSkipped() {
    int fd = file("file");
    MemorySegment empty = memory(8).asSlice(0, 0);
    IoVec parts = vector(empty, memory("one"), empty, memory("two"), empty);
    assertResult(6, ring.run(sqe -> sqe.writev(fd, parts, 0)));
    assertArrayEquals(bytes("onetwo"), contentOf("file"));
    assertResult(0, ring.run(sqe -> sqe.writev(fd, vector(empty, empty), 0)));
  }

  @Test
  void theSameSegmentMayBeWrittenTwice() {
    int fd = file("file");
    MemorySegment part = memory("ab");
    assertResult(4, ring.run(sqe -> sqe.writev(fd, vector(part, part), 0)));
    assertArrayEquals(bytes("abab"), contentOf("file"));
  }

  @Test
  void transfersAtThePositionMoveIt() {
    int fd = file("file");
    assertResult(2, ring.run(sqe -> sqe.writev(fd, vector(memory("a"), memory("b")), AT_POSITION)));
    assertResult(2, ring.run(sqe -> sqe.writev(fd, vector(memory("c"), memory("d")), AT_POSITION)));
    assertArrayEquals(bytes("abcd"), contentOf("file"));
    assertResult(0, ring.run(sqe -> sqe.readv(fd, vector(memory(1)), AT_POSITION)));
  }

  @Test
  void transfersAtAnOffsetLeaveThePositionAlone() {
    int fd = file("file", bytes("hello"));
    MemorySegment buffer = memory(2);
    assertResult(2, ring.run(sqe -> sqe.readv(fd, vector(buffer), 3)));
    assertEquals("lo", text(buffer, 2));
    assertResult(2, ring.run(sqe -> sqe.readv(fd, vector(buffer), AT_POSITION)));
    assertEquals("he", text(buffer, 2));
  }

  @Test
  void asManySegmentsAsAllowedWork() {
    int fd = file("file");
    byte[] content = pattern(IoVec.MAX);
    List<MemorySegment> singles = new ArrayList<>();
    for (byte b : content) {
      singles.add(memory(new byte[] {b}));
    }
    IoVec vector = IoVec.of(arena, singles);
    assertResult(IoVec.MAX, ring.run(sqe -> sqe.writev(fd, vector, 0)));
    assertArrayEquals(content, contentOf("file"));
  }

  @Test
  void moreSegmentsThanAllowedAreRefusedWithTheNumberAndTheLimit() {
    List<MemorySegment> tooMany = Collections.nCopies(IoVec.MAX + 1, memory(1));
    var e = assertThrows(IllegalArgumentException.class, () -> IoVec.of(arena, tooMany));
    assertTrue(e.getMessage().contains("1025") && e.getMessage().contains("1024"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> IoVec.of(arena, List.of()));
  }

  @Test
  void aHeapSegmentIsRefusedByItsIndex() {
    MemorySegment heap = MemorySegment.ofArray(new byte[1]);
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> IoVec.of(arena, List.of(memory(1), heap)));
    assertTrue(e.getMessage().contains("segment 1"), e.getMessage());
  }

  @Test
  void aPipeTakesVectors() {
    Pipe pipe = pipe();
    IoVec out = vector(memory("he"), memory("llo"));
    assertResult(5, ring.run(sqe -> sqe.writev(pipe.write(), out, AT_POSITION)));
    MemorySegment first = memory(1);
    MemorySegment second = memory(10);
    assertResult(5, ring.run(sqe -> sqe.readv(pipe.read(), vector(first, second), AT_POSITION)));
    assertEquals("h", text(first, 1));
    assertEquals("ello", text(second, 4));
  }
}
