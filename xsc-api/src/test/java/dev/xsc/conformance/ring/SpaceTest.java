// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@code FSYNC}, {@code FALLOCATE}, {@code FTRUNCATE} and {@code FADVISE}. */
class SpaceTest extends RingTest {
  private long sizeOf(String name) throws IOException {
    return Files.size(folder.resolve(name));
  }

  private int fallocate(int fd, int mode, long offset, long length) {
    int result = ring.run(sqe -> sqe.fallocate(fd, mode, offset, length));
    Assumptions.assumeFalse(
        result == -Errno.EOPNOTSUPP, "fallocate mode " + mode + " is not supported here");
    return result;
  }

  @Test
  void fsyncSucceedsOnAFile() {
    int fd = file("file");
    ring.run(sqe -> sqe.write(fd, memory("x"), 0));
    assertResult(0, ring.run(sqe -> sqe.fsync(fd)));
    assertResult(0, ring.run(sqe -> sqe.fdatasync(fd)));
  }

  @Test
  void fsyncSucceedsOnAReadOnlyDescriptorAndADirectory() {
    int fd = openat(write("file", bytes("x")), Posix.O_RDONLY);
    assertResult(0, ring.run(sqe -> sqe.fsync(fd)));
    int directory = openat(folder, Posix.O_RDONLY | Posix.O_DIRECTORY);
    assertResult(0, ring.run(sqe -> sqe.fsync(directory)));
  }

  @Test
  void fsyncFailsWhereThereIsNothingToSync() {
    Pipe pipe = pipe();
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.fsync(pipe.write())));
  }

  @Test
  void ftruncateCutsAndExtends() throws IOException {
    int fd = file("file", bytes("hello world"));
    assertResult(0, ring.run(sqe -> sqe.ftruncate(fd, 5)));
    assertArrayEquals(bytes("hello"), contentOf("file"));
    assertResult(0, ring.run(sqe -> sqe.ftruncate(fd, 8)));
    assertArrayEquals(Arrays.copyOf(bytes("hello"), 8), contentOf("file"));
    long large = 6L << 30;
    assertResult(0, ring.run(sqe -> sqe.ftruncate(fd, large)));
    assertEquals(large, sizeOf("file"));
    assertResult(0, ring.run(sqe -> sqe.ftruncate(fd, 0)));
    assertEquals(0, sizeOf("file"));
  }

  @Test
  void ftruncateDoesNotMoveThePosition() {
    int fd = file("file", bytes("hello"));
    ring.run(sqe -> sqe.read(fd, memory(4), -1));
    ring.run(sqe -> sqe.ftruncate(fd, 2));
    assertResult(1, ring.run(sqe -> sqe.write(fd, memory("x"), -1)));
    assertArrayEquals(new byte[] {'h', 'e', 0, 0, 'x'}, contentOf("file"));
  }

  @Test
  void ftruncateErrorsAreThoseOfTheSystemCall() {
    int fd = file("file", bytes("hello"));
    int readOnly = openat(folder.resolve("file"), Posix.O_RDONLY);
    Pipe pipe = pipe();
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.ftruncate(fd, -1)));
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.ftruncate(readOnly, 1)));
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.ftruncate(pipe.write(), 1)));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.ftruncate(-1, 1)));
    assertArrayEquals(bytes("hello"), contentOf("file"));
  }

  @Test
  void severalTruncationsOfABatchAreAllDone() throws IOException {
    long[] ids = new long[8];
    for (int i = 0; i < 8; i++) {
      int fd = file("file" + i);
      int length = 10 * i;
      ids[i] = ring.fill(sqe -> sqe.ftruncate(fd, length));
    }
    assertArrayEquals(new int[8], ring.results(ids));
    for (int i = 0; i < 8; i++) {
      assertEquals(10L * i, sizeOf("file" + i));
    }
  }

  @Test
  void fallocateExtendsTheFileWithZeros() {
    int fd = file("file", bytes("hello"));
    assertResult(0, fallocate(fd, 0, 0, 8));
    assertArrayEquals(Arrays.copyOf(bytes("hello"), 8), contentOf("file"));
  }

  @Test
  void fallocateNeverShrinks() throws IOException {
    int fd = file("file", bytes("hello"));
    assertResult(0, fallocate(fd, 0, 0, 2));
    assertEquals(5, sizeOf("file"));
  }

  @Test
  void fallocateKeepsTheSizeOnRequest() throws IOException {
    int fd = file("file", bytes("hello"));
    assertResult(0, fallocate(fd, Posix.FALLOC_FL_KEEP_SIZE, 0, 1 << 20));
    assertEquals(5, sizeOf("file"));
  }

  @Test
  void fallocatePunchesHoles() {
    int fd = file("file", pattern(16384));
    int mode = Posix.FALLOC_FL_PUNCH_HOLE | Posix.FALLOC_FL_KEEP_SIZE;
    assertResult(0, fallocate(fd, mode, 100, 5000));
    byte[] expected = pattern(16384);
    Arrays.fill(expected, 100, 5100, (byte) 0);
    assertArrayEquals(expected, contentOf("file"));
  }

  @Test
  void fallocateErrorsAreThoseOfTheSystemCall() {
    int fd = file("file");
    int readOnly = openat(folder.resolve("file"), Posix.O_RDONLY);
    Pipe pipe = pipe();
    assertError(Errno.EINVAL, fallocate(fd, 0, 0, 0));
    assertError(Errno.EINVAL, fallocate(fd, 0, 0, -1));
    assertError(Errno.EINVAL, fallocate(fd, 0, -1, 1));
    assertError(Errno.EBADF, fallocate(readOnly, 0, 0, 1));
    assertError(Errno.ESPIPE, fallocate(pipe.write(), 0, 0, 1));
    assertAnyError(fallocate(fd, 0, Long.MAX_VALUE - 10, 100), Errno.EFBIG, Errno.EINVAL);
  }

  @Test
  void adviceChangesNothing() {
    int fd = file("file", bytes("hello"));
    int[] advices = {
      Posix.FADV_NORMAL,
      Posix.FADV_RANDOM,
      Posix.FADV_SEQUENTIAL,
      Posix.FADV_WILLNEED,
      Posix.FADV_DONTNEED
    };
    for (int advice : advices) {
      assertResult(0, ring.run(sqe -> sqe.fadvise(fd, 0, 0, advice)));
    }
    assertArrayEquals(bytes("hello"), contentOf("file"));
  }

  @Test
  void adviceErrorsAreThoseOfTheSystemCall() {
    int fd = file("file");
    Pipe pipe = pipe();
    assertError(Errno.EINVAL, ring.run(sqe -> sqe.fadvise(fd, 0, 0, 99)));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.fadvise(-1, 0, 0, Posix.FADV_NORMAL)));
    assertError(Errno.ESPIPE, ring.run(sqe -> sqe.fadvise(pipe.read(), 0, 0, Posix.FADV_NORMAL)));
  }
}
