// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Posix.AT_EMPTY_PATH;
import static dev.xsc.ring.Posix.AT_FDCWD;
import static dev.xsc.ring.Posix.AT_SYMLINK_NOFOLLOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Statx;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** {@code STATX}, compared with {@code java.nio.file}. */
class StatxTest extends RingTest {
  /**
   * {@code STATX_BLOCKS}: the one field of the basic ones that a kernel in this process may lack.
   */
  private static final int BLOCKS_KNOWN = 0x400;

  private MemorySegment statx(Path file, int flags) {
    MemorySegment out = memory(Statx.SIZE);
    assertResult(0, ring.run(sqe -> sqe.statx(AT_FDCWD, path(file), flags, Statx.BASIC, out)));
    int known = out.get(ValueLayout.JAVA_INT, Statx.MASK) | BLOCKS_KNOWN;
    assertEquals(Statx.BASIC, known & Statx.BASIC);
    return out;
  }

  private static long number(MemorySegment out, int field) {
    return Integer.toUnsignedLong(out.get(ValueLayout.JAVA_INT, field));
  }

  @Test
  void fieldsAreThoseOfTheFile() throws IOException {
    World.requireReal("there is nothing that makes hard links");
    Path file = write("file", bytes("hello"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-x--x"));
    Files.createLink(folder.resolve("second-name"), file);
    MemorySegment out = statx(file, 0);
    assertEquals(5, Statx.size(out));
    assertEquals(Posix.S_IFREG | 0651, Statx.mode(out));
    assertEquals(Files.getAttribute(file, "unix:ino"), Statx.inode(out));
    assertEquals((long) (Integer) Files.getAttribute(file, "unix:nlink"), number(out, Statx.NLINK));
    assertEquals((long) (Integer) Files.getAttribute(file, "unix:uid"), number(out, Statx.UID));
    assertEquals((long) (Integer) Files.getAttribute(file, "unix:gid"), number(out, Statx.GID));
    assertTrue(number(out, Statx.BLKSIZE) > 0);
  }

  @Test
  void timesAreThoseOfTheFile() throws IOException {
    World.requireReal("there is nothing that sets times");
    Path file = write("file", bytes("hello"));
    Instant modified = Instant.parse("2001-02-03T04:05:06.789012Z");
    Files.setLastModifiedTime(file, FileTime.from(modified));
    MemorySegment out = statx(file, 0);
    assertEquals(modified, Statx.time(out, Statx.MTIME));
    FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
    assertEquals(changed.toInstant(), Statx.time(out, Statx.CTIME));
    FileTime accessed = (FileTime) Files.getAttribute(file, "lastAccessTime");
    assertEquals(accessed.toInstant(), Statx.time(out, Statx.ATIME));
  }

  @Test
  void timesBefore1970AreNegative() throws IOException {
    World.requireReal("there is nothing that sets times");
    Path file = write("file", bytes("hello"));
    Instant old = Instant.parse("1960-01-01T00:00:00.25Z");
    Files.setLastModifiedTime(file, FileTime.from(old));
    // A file system may not know such times; then it has changed it for java.nio as well.
    Instant kept = Files.getLastModifiedTime(file).toInstant();
    assertEquals(kept, Statx.time(statx(file, 0), Statx.MTIME));
  }

  @Test
  void typesAreTold() throws IOException {
    assertEquals(Posix.S_IFDIR, Statx.mode(statx(folder, 0)) & Posix.S_IFMT);
    Files.createSymbolicLink(folder.resolve("link"), Path.of("missing"));
    int link = Statx.mode(statx(folder.resolve("link"), AT_SYMLINK_NOFOLLOW));
    assertEquals(Posix.S_IFLNK, link & Posix.S_IFMT);
  }

  @Test
  void linksAreFollowedUnlessToldOtherwise() throws IOException {
    write("file", bytes("hello"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    assertEquals(5, Statx.size(statx(link, 0)));
    MemorySegment itself = statx(link, AT_SYMLINK_NOFOLLOW);
    assertEquals(4, Statx.size(itself));
    assertEquals(
        Files.getAttribute(link, "unix:ino", LinkOption.NOFOLLOW_LINKS), Statx.inode(itself));
  }

  @Test
  void anOpenFileIsAskedByItsDescriptor() throws IOException {
    int fd = file("file", bytes("hello"));
    Files.delete(folder.resolve("file"));
    MemorySegment out = memory(Statx.SIZE);
    MemorySegment empty = arena.allocateFrom("");
    assertResult(0, ring.run(sqe -> sqe.statx(fd, empty, AT_EMPTY_PATH, Statx.BASIC, out)));
    assertEquals(5, Statx.size(out));
    assertEquals(0, number(out, Statx.NLINK));
  }

  @Test
  void socketsAndPipesAreTold() {
    MemorySegment out = memory(Statx.SIZE);
    MemorySegment empty = arena.allocateFrom("");
    Pipe pipe = pipe();
    ring.run(sqe -> sqe.statx(pipe.read(), empty, AT_EMPTY_PATH, Statx.BASIC, out));
    assertEquals(Posix.S_IFIFO, Statx.mode(out) & Posix.S_IFMT);
    int socket = new Sockets(this).tcpSocket();
    ring.run(sqe -> sqe.statx(socket, empty, AT_EMPTY_PATH, Statx.BASIC, out));
    assertEquals(Posix.S_IFSOCK, Statx.mode(out) & Posix.S_IFMT);
  }

  @Test
  void aSparseFileOccupiesFewerBlocksThanItsSize() {
    int fd = file("sparse");
    ring.run(sqe -> sqe.write(fd, memory("x"), 100L << 20));
    MemorySegment out = statx(folder.resolve("sparse"), 0);
    assertEquals((100L << 20) + 1, Statx.size(out));
    int known = out.get(ValueLayout.JAVA_INT, Statx.MASK);
    assumeTrue((known & BLOCKS_KNOWN) != 0, "this kernel does not know a file's blocks");
    assertTrue(Statx.blocks(out) * 512 < 50L << 20, () -> Statx.blocks(out) + " blocks");
  }

  @Test
  void aPathIsRelativeToTheDirectory() {
    write("file", bytes("hello"));
    int directory = openat(folder, Posix.O_RDONLY | Posix.O_DIRECTORY);
    MemorySegment out = memory(Statx.SIZE);
    MemorySegment name = arena.allocateFrom("file");
    assertResult(0, ring.run(sqe -> sqe.statx(directory, name, 0, Statx.BASIC, out)));
    assertEquals(5, Statx.size(out));
  }

  @Test
  void errorsAreThoseOfTheSystemCall() {
    MemorySegment out = memory(Statx.SIZE);
    write("file", bytes("x"));
    MemorySegment missing = path("missing");
    MemorySegment below = path("file/below");
    MemorySegment empty = arena.allocateFrom("");
    assertError(Errno.ENOENT, ring.run(sqe -> sqe.statx(AT_FDCWD, missing, 0, Statx.BASIC, out)));
    assertError(Errno.ENOTDIR, ring.run(sqe -> sqe.statx(AT_FDCWD, below, 0, Statx.BASIC, out)));
    assertError(Errno.ENOENT, ring.run(sqe -> sqe.statx(AT_FDCWD, empty, 0, Statx.BASIC, out)));
    assertError(
        Errno.EBADF, ring.run(sqe -> sqe.statx(-1, empty, AT_EMPTY_PATH, Statx.BASIC, out)));
    assertError(
        Errno.EINVAL, ring.run(sqe -> sqe.statx(AT_FDCWD, path("file"), 0x80, Statx.BASIC, out)));
  }

  @Test
  void aBufferThatIsTooSmallIsRefusedWithItsSizeAndTheLimit() {
    MemorySegment small = memory(255);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ring.ring().next().statx(AT_FDCWD, path("x"), 0, Statx.BASIC, small));
    assertTrue(e.getMessage().contains("255") && e.getMessage().contains("256"), e.getMessage());
  }
}
