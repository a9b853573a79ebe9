// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.conformance.Machine;
import dev.xsc.conformance.World;
import dev.xsc.ring.Posix;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code WRITE} to regular files. */
class WriteTest extends RingTest {
  @Test
  void writesWhatItIsGiven() {
    int fd = file("file");
    assertResult(5, ring.run(sqe -> sqe.write(fd, memory("hello"), 0)));
    assertArrayEquals(bytes("hello"), contentOf("file"));
  }

  @Test
  void writesInTheMiddle() {
    int fd = file("file", bytes("hello world"));
    assertResult(3, ring.run(sqe -> sqe.write(fd, memory("LLO"), 2)));
    assertArrayEquals(bytes("heLLO world"), contentOf("file"));
  }

  @Test
  void writingBehindTheEndLeavesAHole() {
    int fd = file("file", bytes("ab"));
    assertResult(1, ring.run(sqe -> sqe.write(fd, memory("x"), 4)));
    assertArrayEquals(new byte[] {'a', 'b', 0, 0, 'x'}, contentOf("file"));
  }

  @Test
  void writingAtThePositionMovesIt() {
    int fd = file("file");
    assertResult(3, ring.run(sqe -> sqe.write(fd, memory("one"), AT_POSITION)));
    assertResult(3, ring.run(sqe -> sqe.write(fd, memory("two"), AT_POSITION)));
    assertArrayEquals(bytes("onetwo"), contentOf("file"));
  }

  @Test
  void writingAtAnOffsetLeavesThePositionAlone() {
    int fd = file("file");
    ring.run(sqe -> sqe.write(fd, memory("......"), 0));
    ring.run(sqe -> sqe.write(fd, memory("one"), AT_POSITION));
    assertArrayEquals(bytes("one..."), contentOf("file"));
  }

  @Test
  void readsAndWritesShareThePosition() {
    int fd = file("file", bytes("hello"));
    ring.run(sqe -> sqe.read(fd, memory(2), AT_POSITION));
    ring.run(sqe -> sqe.write(fd, memory("LL"), AT_POSITION));
    assertArrayEquals(bytes("heLLo"), contentOf("file"));
  }

  @Test
  void writingNothingReturnsZero() {
    int fd = file("file", bytes("hello"));
    assertResult(0, ring.run(sqe -> sqe.write(fd, memory(8).asSlice(0, 0), 0)));
    assertArrayEquals(bytes("hello"), contentOf("file"));
  }

  @Test
  void onlyTheSegmentIsWritten() {
    int fd = file("file");
    assertResult(3, ring.run(sqe -> sqe.write(fd, memory("one two three").asSlice(4, 3), 0)));
    assertArrayEquals(bytes("two"), contentOf("file"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, AT_POSITION})
  void appendingIgnoresTheOffset(long offset) {
    write("log", bytes("one"));
    int fd = openat(folder.resolve("log"), Posix.O_WRONLY | Posix.O_APPEND);
    assertResult(3, ring.run(sqe -> sqe.write(fd, memory("two"), offset)));
    assertArrayEquals(bytes("onetwo"), contentOf("log"));
  }

  @Test
  void appendsOfTwoDescriptorsDoNotOverwriteEachOther() {
    int first = openat(write("log", new byte[0]), Posix.O_WRONLY | Posix.O_APPEND);
    int second = openat(folder.resolve("log"), Posix.O_WRONLY | Posix.O_APPEND);
    for (int i = 0; i < 20; i++) {
      int fd = i % 2 == 0 ? first : second;
      assertResult(2, ring.run(sqe -> sqe.write(fd, memory("ab"), AT_POSITION)));
    }
    assertEquals("ab".repeat(20), new String(contentOf("log"), StandardCharsets.UTF_8));
  }

  @Test
  void aLargeFileIsWrittenAtOnce() {
    byte[] content = pattern(8 << 20);
    int fd = file("large");
    assertResult(content.length, ring.run(sqe -> sqe.write(fd, memory(content), 0)));
    assertArrayEquals(content, contentOf("large"));
  }

  @Test
  void aLargeFileIsWrittenInParallel() {
    byte[] content = pattern(1 << 20);
    MemorySegment memory = memory(content);
    int fd = file("large");
    int chunk = 4096;
    for (int at = content.length - chunk; at >= 0; at -= chunk) {
      int offset = at;
      ring.fill(sqe -> sqe.write(fd, memory.asSlice(offset, chunk), offset));
    }
    ring.ring().submit();
    for (Cqe cqe : ring.awaitAll()) {
      assertResult(chunk, cqe.result());
    }
    assertArrayEquals(content, contentOf("large"));
  }

  @Test
  void offsetsBeyondFourGigabytesWork() throws IOException {
    int fd = file("sparse");
    long offset = (5L << 30) + 7;
    assertResult(4, ring.run(sqe -> sqe.write(fd, memory("data"), offset)));
    assertEquals(offset + 4, Files.size(folder.resolve("sparse")));
    MemorySegment buffer = memory(6);
    assertResult(6, ring.run(sqe -> sqe.read(fd, buffer, offset - 2)));
    assertArrayEquals(new byte[] {0, 0, 'd', 'a', 't', 'a'}, bytes(buffer));
  }

  @Test
  void aRemovedFileIsWrittenWhileItIsOpen() throws IOException {
    int fd = file("file");
    Files.delete(folder.resolve("file"));
    assertResult(5, ring.run(sqe -> sqe.write(fd, memory("hello"), 0)));
    MemorySegment buffer = memory(5);
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 0)));
    assertEquals("hello", text(buffer, 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {Posix.O_SYNC, Posix.O_DSYNC})
  void durableWritesWork(int flag) {
    int fd = openat(write("file", new byte[0]), Posix.O_WRONLY | flag);
    assertResult(5, ring.run(sqe -> sqe.write(fd, memory("hello"), 0)));
    assertArrayEquals(bytes("hello"), contentOf("file"));
  }

  @Test
  void aDeviceTakesEverything() {
    World.requireReal("it has no devices");
    Machine.requireLinuxFile(Path.of("/dev/null"));
    int fd = openat(Path.of("/dev/null"), Posix.O_RDWR);
    assertResult(1000, ring.run(sqe -> sqe.write(fd, memory(1000), AT_POSITION)));
    assertResult(0, ring.run(sqe -> sqe.read(fd, memory(1000), AT_POSITION)));
  }
}
