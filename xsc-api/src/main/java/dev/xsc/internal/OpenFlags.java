// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.RingOpenOption;
import dev.xsc.ring.Posix;
import java.nio.file.CopyOption;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;

/**
 * Translates Java's open and copy options to flags of system calls, with the rules of {@code
 * FileChannel.open} and {@code Files.move}.
 */
public final class OpenFlags {
  private OpenFlags() {}

  /**
   * The flags.
   *
   * @throws UnsupportedOperationException for an option that has no meaning here
   * @throws IllegalArgumentException for options that contradict each other
   */
  public static int of(Set<? extends OpenOption> options) {
    Set<StandardOpenOption> standard = EnumSet.noneOf(StandardOpenOption.class);
    int flags = Posix.O_CLOEXEC;
    for (OpenOption option : options) {
      switch (option) {
        case StandardOpenOption s -> standard.add(s);
        case RingOpenOption r ->
            flags |= r == RingOpenOption.DIRECT ? Posix.O_DIRECT : Posix.O_NOFOLLOW;
        case LinkOption _ -> flags |= Posix.O_NOFOLLOW;
        default ->
            throw new UnsupportedOperationException("open option " + option + " is not supported");
      }
    }
    if (standard.contains(StandardOpenOption.DELETE_ON_CLOSE)) {
      throw new UnsupportedOperationException(
          "DELETE_ON_CLOSE is not supported: delete the file after closing it");
    }
    return flags | access(standard) | modifiers(standard);
  }

  /**
   * Flags of {@code renameat2(2)}, with the rules of {@code Files.move}.
   *
   * @throws UnsupportedOperationException for an option that has no meaning here
   */
  public static int rename(CopyOption... options) {
    int flags = Posix.RENAME_NOREPLACE;
    for (CopyOption option : options) {
      if (option == StandardCopyOption.REPLACE_EXISTING
          || option == StandardCopyOption.ATOMIC_MOVE) {
        flags = 0;
      } else if (option != LinkOption.NOFOLLOW_LINKS) {
        throw new UnsupportedOperationException("copy option " + option + " is not supported");
      }
    }
    return flags;
  }

  private static int access(Set<StandardOpenOption> options) {
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean write = options.contains(StandardOpenOption.WRITE) || append;
    boolean read = options.contains(StandardOpenOption.READ) || !write;
    if (append && options.contains(StandardOpenOption.READ)) {
      throw new IllegalArgumentException("READ and APPEND exclude each other: open the file twice");
    }
    if (append && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
      throw new IllegalArgumentException(
          "APPEND and TRUNCATE_EXISTING exclude each other: leave one out");
    }
    return write
        ? (read ? Posix.O_RDWR : Posix.O_WRONLY) | (append ? Posix.O_APPEND : 0)
        : Posix.O_RDONLY;
  }

  private static int modifiers(Set<StandardOpenOption> options) {
    boolean write =
        options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
    int flags = 0;
    if (write && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
      flags |= Posix.O_TRUNC;
    }
    if (write && options.contains(StandardOpenOption.CREATE_NEW)) {
      flags |= Posix.O_CREAT | Posix.O_EXCL;
    } else if (write && options.contains(StandardOpenOption.CREATE)) {
      flags |= Posix.O_CREAT;
    }
    if (options.contains(StandardOpenOption.SYNC)) {
      flags |= Posix.O_SYNC;
    } else if (options.contains(StandardOpenOption.DSYNC)) {
      flags |= Posix.O_DSYNC;
    }
    return flags;
  }
}
