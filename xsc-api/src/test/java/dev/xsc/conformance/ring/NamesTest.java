// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Posix.AT_FDCWD;
import static dev.xsc.ring.Posix.AT_REMOVEDIR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.conformance.Machine;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Support;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** {@code UNLINKAT}, {@code RENAMEAT} and {@code MKDIRAT}. */
class NamesTest extends RingTest {
  private int unlink(String name, int flags) {
    MemorySegment path = path(name);
    return ring.run(sqe -> sqe.unlinkat(AT_FDCWD, path, flags));
  }

  private int rename(String from, String to, int flags) {
    MemorySegment fromPath = path(from);
    MemorySegment toPath = path(to);
    return ring.run(sqe -> sqe.renameat(AT_FDCWD, fromPath, AT_FDCWD, toPath, flags));
  }

  private int mkdir(String name, int mode) {
    MemorySegment path = path(name);
    return ring.run(sqe -> sqe.mkdirat(AT_FDCWD, path, mode));
  }

  private boolean exists(String name) {
    return Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void unlinkRemovesAFile() {
    write("file", bytes("x"));
    assertResult(0, unlink("file", 0));
    assertFalse(exists("file"));
  }

  @Test
  void unlinkRemovesALinkAndNotItsTarget() throws IOException {
    write("file", bytes("x"));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    assertResult(0, unlink("link", 0));
    assertFalse(exists("link"));
    assertTrue(exists("file"));
  }

  @Test
  void unlinkRemovesADirectoryOnRequest() throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    assertResult(0, unlink("sub", AT_REMOVEDIR));
    assertFalse(exists("sub"));
  }

  @Test
  void unlinkErrorsAreThoseOfTheSystemCall() throws IOException {
    write("file", bytes("x"));
    Files.createDirectories(folder.resolve("full/below"));
    assertError(Errno.ENOENT, unlink("missing", 0));
    assertError(Errno.EISDIR, unlink("full", 0));
    assertError(Errno.ENOTDIR, unlink("file", AT_REMOVEDIR));
    assertError(Errno.ENOTEMPTY, unlink("full", AT_REMOVEDIR));
    assertError(Errno.ENOTDIR, unlink("file/below", 0));
    assertError(Errno.EINVAL, unlink("file", 0x1));
    assertTrue(exists("file"));
  }

  @Test
  void renameMoves() {
    write("from", bytes("x"));
    assertResult(0, rename("from", "to", 0));
    assertFalse(exists("from"));
    assertArrayEquals(bytes("x"), contentOf("to"));
  }

  @Test
  void renameReplacesAnExistingFile() {
    write("from", bytes("new"));
    write("to", bytes("old"));
    assertResult(0, rename("from", "to", 0));
    assertArrayEquals(bytes("new"), contentOf("to"));
  }

  @Test
  void renameDoesNotReplaceOnRequest() {
    write("from", bytes("new"));
    write("to", bytes("old"));
    assertError(Errno.EEXIST, rename("from", "to", Posix.RENAME_NOREPLACE));
    assertArrayEquals(bytes("old"), contentOf("to"));
    assertResult(0, rename("from", "other", Posix.RENAME_NOREPLACE));
    assertArrayEquals(bytes("new"), contentOf("other"));
  }

  @Test
  void renameSwapsOnRequest() {
    write("one", bytes("1"));
    write("two", bytes("2"));
    assertResult(0, rename("one", "two", Posix.RENAME_EXCHANGE));
    assertArrayEquals(bytes("2"), contentOf("one"));
    assertArrayEquals(bytes("1"), contentOf("two"));
  }

  @Test
  void renameMovesBetweenDirectories() throws IOException {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path two = Files.createDirectory(folder.resolve("two"));
    Files.write(one.resolve("file"), bytes("x"));
    int from = openat(one, Posix.O_RDONLY | Posix.O_DIRECTORY);
    int to = openat(two, Posix.O_RDONLY | Posix.O_DIRECTORY);
    MemorySegment name = arena.allocateFrom("file");
    MemorySegment newName = arena.allocateFrom("moved");
    assertResult(0, ring.run(sqe -> sqe.renameat(from, name, to, newName, 0)));
    assertTrue(exists("two/moved"));
    assertFalse(exists("one/file"));
  }

  @Test
  void renameErrorsAreThoseOfTheSystemCall() throws IOException {
    write("file", bytes("x"));
    Files.createDirectories(folder.resolve("full/below"));
    Files.createDirectory(folder.resolve("empty"));
    assertError(Errno.ENOENT, rename("missing", "to", 0));
    assertError(Errno.EISDIR, rename("file", "empty", 0));
    assertError(Errno.ENOTDIR, rename("empty", "file", 0));
    assertAnyError(rename("empty", "full", 0), Errno.ENOTEMPTY, Errno.EEXIST);
    assertError(Errno.EINVAL, rename("full", "full/below/inside", 0));
    assertError(Errno.ENOENT, rename("file", "missing", Posix.RENAME_EXCHANGE));
    assertError(Errno.EINVAL, rename("file", "to", 0x1000));
  }

  @Test
  void renameDoesNotCrossFileSystems() throws IOException {
    write("file", bytes("x"));
    Path where = Files.createDirectory(folder.resolve("mount"));
    try (var mount = Machine.mountTmpfs(where, 1 << 16)) {
      assertError(Errno.EXDEV, rename("file", mount.folder().getFileName() + "/file", 0));
    }
    assertTrue(exists("file"));
  }

  @Test
  void mkdirMakesADirectoryWithItsMode() throws IOException {
    assertResult(0, mkdir("new", 0700));
    assertTrue(Files.isDirectory(folder.resolve("new")));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("new"))));
  }

  @Test
  void mkdirErrorsAreThoseOfTheSystemCall() {
    write("file", bytes("x"));
    assertError(Errno.EEXIST, mkdir("file", 0755));
    assertError(Errno.EEXIST, mkdir(".", 0755));
    assertError(Errno.ENOENT, mkdir("missing/below", 0755));
    assertError(Errno.ENOTDIR, mkdir("file/below", 0755));
    assertError(Errno.ENAMETOOLONG, mkdir("x".repeat(256), 0755));
  }

  @Test
  void aTreeIsMadeAndRemovedByOneChain() {
    assumeTrue(
        ring.ring().capabilities().support(Feature.DIRECTORIES) == Support.NATIVE,
        "directories are removed by direct calls, which cannot follow a link");
    MemorySegment directory = path("tree");
    MemorySegment file = path("tree/file");
    MemorySegment other = path("tree/other");
    long[] ids = {
      ring.fill(sqe -> sqe.mkdirat(AT_FDCWD, directory, 0755).link()),
      ring.fill(sqe -> sqe.mkdirat(AT_FDCWD, file, 0755).link()),
      ring.fill(sqe -> sqe.renameat(AT_FDCWD, file, AT_FDCWD, other, 0).link()),
      ring.fill(sqe -> sqe.unlinkat(AT_FDCWD, other, AT_REMOVEDIR).link()),
      ring.fill(sqe -> sqe.unlinkat(AT_FDCWD, directory, AT_REMOVEDIR))
    };
    ring.ring().submit();
    assertArrayEquals(new int[5], ring.results(ids));
    assertFalse(exists("tree"));
  }
}
