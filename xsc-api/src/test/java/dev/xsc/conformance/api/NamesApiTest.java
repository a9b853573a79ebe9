// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names and permissions, as {@code java.nio.file} has them. */
class NamesApiTest extends ApiTest {
  private Path file(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void renamingReplacesOnlyIfAsked() throws Exception {
    Path a = file("a", "first");
    Path b = file("b", "second");
    assertFails(FileAlreadyExistsException.class, Errno.EEXIST, () -> xsc.rename(a, b));
    assertEquals("second", Files.readString(b));
    xsc.rename(a, b, StandardCopyOption.REPLACE_EXISTING);
    assertEquals("first", Files.readString(b));
    assertFalse(Files.exists(a));
    Path c = file("c", "third");
    xsc.rename(c, b, StandardCopyOption.ATOMIC_MOVE);
    assertEquals("third", Files.readString(b));
    xsc.rename(b, a);
    assertEquals("third", Files.readString(a));
    assertFails(NoSuchFileException.class, Errno.ENOENT, () -> xsc.rename(b, c));
  }

  @Test
  void otherCopyOptionsAreRefused() throws Exception {
    Path a = file("a", "");
    assertThrows(
        UnsupportedOperationException.class,
        () -> xsc.rename(a, folder.resolve("b"), StandardCopyOption.COPY_ATTRIBUTES));
    xsc.rename(a, folder.resolve("b"), LinkOption.NOFOLLOW_LINKS);
    assertTrue(Files.exists(folder.resolve("b")));
  }

  @Test
  void aNewFileHasThePermissionsAskedFor() throws Exception {
    FileAttribute<?> mine = asFileAttribute(fromString("rwx------"));
    Path path = folder.resolve("mine");
    xsc.openFile(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mine)
        .close();
    assertEquals(fromString("rwx------"), Files.getPosixFilePermissions(path));
    Path readable = folder.resolve("readable");
    get(xsc.openFileAsync(
            readable,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            asFileAttribute(fromString("r--------"))))
        .close();
    assertEquals(fromString("r--------"), Files.getPosixFilePermissions(readable));
    Path directory = folder.resolve("directory");
    xsc.createDirectory(directory, mine);
    assertEquals(fromString("rwx------"), Files.getPosixFilePermissions(directory));
  }

  @Test
  void otherAttributesAreRefusedAndNothingIsCreated() {
    FileAttribute<String> owner =
        new FileAttribute<>() {
          @Override
          public String name() {
            return "posix:owner";
          }

          @Override
          public String value() {
            return "root";
          }
        };
    Path path = folder.resolve("file");
    UnsupportedOperationException e =
        assertThrows(
            UnsupportedOperationException.class,
            () -> xsc.openFile(path, Set.of(StandardOpenOption.CREATE), owner));
    assertTrue(e.getMessage().contains("posix:owner"), e::toString);
    assertFalse(Files.exists(path));
  }
}
