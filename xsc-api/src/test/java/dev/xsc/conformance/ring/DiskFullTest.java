// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Posix.AT_FDCWD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.Machine;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file system without room. */
class DiskFullTest extends RingTest {
  private static final int SIZE = 64 << 10;

  private Machine.Mount mount;

  @BeforeEach
  void mount() throws IOException {
    mount = Machine.mountTmpfs(Files.createDirectory(folder.resolve("small")), SIZE);
  }

  @AfterEach
  void unmount() {
    if (mount != null) {
      mount.close();
    }
  }

  private int smallFile() {
    return openat(mount.folder().resolve("file"), Posix.O_CREAT | Posix.O_RDWR);
  }

  private Path file() {
    return mount.folder().resolve("file");
  }

  @Test
  void aWriteOfMoreThanFitsIsShortAndTheNextFails() throws IOException {
    int fd = smallFile();
    MemorySegment large = memory(2 * SIZE).fill((byte) 'x');
    int written = ring.run(sqe -> sqe.write(fd, large, 0));
    assertTrue(written > 0 && written <= SIZE, () -> "wrote " + written);
    assertEquals(written, Files.size(file()));
    assertError(Errno.ENOSPC, ring.run(sqe -> sqe.write(fd, large, written)));
    assertEquals(written, Files.size(file()));
  }

  @Test
  void whatWasWrittenBeforeIsKept() {
    int fd = smallFile();
    assertResult(5, ring.run(sqe -> sqe.write(fd, memory("hello"), 0)));
    MemorySegment large = memory(2 * SIZE);
    assertTrue(ring.run(sqe -> sqe.write(fd, large, 4096)) < 2 * SIZE);
    MemorySegment buffer = memory(5);
    assertResult(5, ring.run(sqe -> sqe.read(fd, buffer, 0)));
    assertEquals("hello", text(buffer, 5));
  }

  @Test
  void aShortWriteBreaksTheChain() {
    int fd = smallFile();
    MemorySegment large = memory(2 * SIZE);
    long write = ring.fill(sqe -> sqe.write(fd, large, 0).link());
    long after = ring.fill(Sqe::nop);
    ring.ring().submit();
    assertTrue(ring.result(write) < 2 * SIZE);
    assertError(Errno.ECANCELED, ring.result(after));
  }

  @Test
  void reservingMoreThanFitsFails() {
    int fd = smallFile();
    assertError(Errno.ENOSPC, ring.run(sqe -> sqe.fallocate(fd, 0, 0, 4 * SIZE)));
  }

  @Test
  void removingMakesRoomAgain() {
    int fd = smallFile();
    MemorySegment large = memory(2 * SIZE);
    ring.run(sqe -> sqe.write(fd, large, 0));
    close(fd);
    MemorySegment path = path(file());
    assertResult(0, ring.run(sqe -> sqe.unlinkat(AT_FDCWD, path, 0)));
    int other = openat(mount.folder().resolve("other"), Posix.O_CREAT | Posix.O_RDWR);
    assertResult(4096, ring.run(sqe -> sqe.write(other, large.asSlice(0, 4096), 0)));
  }
}
