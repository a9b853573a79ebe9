// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import static dev.xsc.ring.Posix.O_APPEND;
import static dev.xsc.ring.Posix.O_CLOEXEC;
import static dev.xsc.ring.Posix.O_CREAT;
import static dev.xsc.ring.Posix.O_DIRECT;
import static dev.xsc.ring.Posix.O_DSYNC;
import static dev.xsc.ring.Posix.O_EXCL;
import static dev.xsc.ring.Posix.O_NOFOLLOW;
import static dev.xsc.ring.Posix.O_RDONLY;
import static dev.xsc.ring.Posix.O_RDWR;
import static dev.xsc.ring.Posix.O_SYNC;
import static dev.xsc.ring.Posix.O_TRUNC;
import static dev.xsc.ring.Posix.O_WRONLY;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xsc.RingOpenOption;
import dev.xsc.ring.Posix;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenFlagsTest {
  private static void assertFlags(int expected, OpenOption... options) {
    assertEquals(
        Integer.toOctalString(expected | O_CLOEXEC),
        Integer.toOctalString(OpenFlags.of(Set.of(options))));
  }

  @Test
  void accessIsWhatFileChannelWouldOpenWith() {
    assertFlags(O_RDONLY);
    assertFlags(O_RDONLY, READ);
    assertFlags(O_WRONLY, WRITE);
    assertFlags(O_RDWR, READ, WRITE);
    assertFlags(O_WRONLY | O_APPEND, APPEND);
    assertFlags(O_WRONLY | O_APPEND, APPEND, WRITE);
  }

  @Test
  void creatingAndTruncatingNeedWriting() {
    assertFlags(O_WRONLY | O_CREAT, WRITE, CREATE);
    assertFlags(O_WRONLY | O_CREAT | O_EXCL, WRITE, CREATE_NEW);
    assertFlags(O_WRONLY | O_CREAT | O_EXCL, WRITE, CREATE, CREATE_NEW);
    assertFlags(O_WRONLY | O_TRUNC, WRITE, TRUNCATE_EXISTING);
    assertFlags(O_RDONLY, READ, CREATE, CREATE_NEW, TRUNCATE_EXISTING);
  }

  @Test
  void theRestIsTranslatedOneByOne() {
    assertFlags(O_WRONLY | O_SYNC, WRITE, SYNC);
    assertFlags(O_WRONLY | O_SYNC, WRITE, SYNC, DSYNC);
    assertFlags(O_WRONLY | O_DSYNC, WRITE, DSYNC);
    assertFlags(O_DIRECT, RingOpenOption.DIRECT);
    assertFlags(O_NOFOLLOW, RingOpenOption.NOFOLLOW);
    assertFlags(O_NOFOLLOW, LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void contradictionsAndTheUnknownAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> OpenFlags.of(Set.of(READ, APPEND)));
    assertThrows(
        IllegalArgumentException.class, () -> OpenFlags.of(Set.of(TRUNCATE_EXISTING, APPEND)));
    assertThrows(UnsupportedOperationException.class, () -> OpenFlags.of(Set.of(DELETE_ON_CLOSE)));
    OpenOption unknown = new OpenOption() {};
    assertThrows(UnsupportedOperationException.class, () -> OpenFlags.of(Set.of(unknown)));
  }

  @Test
  void renamingReplacesOnlyIfAsked() {
    assertEquals(Posix.RENAME_NOREPLACE, OpenFlags.rename());
    assertEquals(Posix.RENAME_NOREPLACE, OpenFlags.rename(LinkOption.NOFOLLOW_LINKS));
    assertEquals(0, OpenFlags.rename(StandardCopyOption.REPLACE_EXISTING));
    assertEquals(0, OpenFlags.rename(StandardCopyOption.ATOMIC_MOVE));
    assertThrows(
        UnsupportedOperationException.class,
        () -> OpenFlags.rename(StandardCopyOption.COPY_ATTRIBUTES));
  }

  @Test
  void permissionsBecomeTheirBits() {
    assertEquals(0666, FileModes.of(0666));
    assertEquals(0, FileModes.of(0666, asFileAttribute(Set.of())));
    for (int bit = 0; bit < 9; bit++) {
      String text = "-".repeat(bit) + "rwxrwxrwx".charAt(bit) + "-".repeat(8 - bit);
      assertEquals(0400 >> bit, FileModes.of(0, asFileAttribute(fromString(text))), text);
    }
  }
}
