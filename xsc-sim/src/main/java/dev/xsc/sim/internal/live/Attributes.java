// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileStat;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/** What the file system tells about a file, as {@code stat(2)} would. Stateless. */
final class Attributes {
  /** Whether this system has owners, permission bits and inodes. */
  static final boolean UNIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

  private static final LinkOption[] FOLLOW = {};
  private static final LinkOption[] NO_FOLLOW = {LinkOption.NOFOLLOW_LINKS};

  private Attributes() {}

  /** Fills in all that is known. */
  static void read(Path path, boolean follow, FileStat to) throws IOException {
    LinkOption[] options = follow ? FOLLOW : NO_FOLLOW;
    try {
      if (UNIX) {
        readUnix(path, options, to);
      } else {
        readBasic(path, options, to);
      }
    } catch (NoSuchFileException e) {
      // NIO says the same of a path that goes through a file.
      Path parent = path.toAbsolutePath().getParent();
      while (parent != null && !Files.exists(parent, NO_FOLLOW)) {
        parent = parent.getParent();
      }
      if (parent != null && Files.exists(parent) && !Files.isDirectory(parent)) {
        throw new ErrnoException(Errno.ENOTDIR);
      }
      throw e;
    }
  }

  private static void readUnix(Path path, LinkOption[] options, FileStat to) throws IOException {
    Map<String, Object> all = Files.readAttributes(path, "unix:*", options);
    to.mode = (int) number(all, "mode");
    to.links = (int) number(all, "nlink");
    to.uid = (int) number(all, "uid");
    to.gid = (int) number(all, "gid");
    to.inode = number(all, "ino");
    to.device = number(all, "dev");
    to.special = number(all, "rdev");
    to.size = number(all, "size");
    to.accessed = instant(all, "lastAccessTime");
    to.changed = instant(all, "ctime");
    to.modified = instant(all, "lastModifiedTime");
  }

  private static long number(Map<String, Object> all, String name) {
    return all.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static Instant instant(Map<String, Object> all, String name) {
    return all.get(name) instanceof FileTime time ? time.toInstant() : Instant.EPOCH;
  }

  private static void readBasic(Path path, LinkOption[] options, FileStat to) throws IOException {
    BasicFileAttributes basic = Files.readAttributes(path, BasicFileAttributes.class, options);
    int type =
        basic.isDirectory()
            ? Posix.S_IFDIR
            : basic.isSymbolicLink()
                ? Posix.S_IFLNK
                : basic.isRegularFile() ? Posix.S_IFREG : Posix.S_IFCHR;
    to.mode = type | (basic.isDirectory() ? 0755 : 0644);
    Object key = basic.fileKey();
    to.inode = key == null ? path.toAbsolutePath().hashCode() : key.hashCode();
    to.size = basic.size();
    to.accessed = basic.lastAccessTime().toInstant();
    to.changed = basic.lastModifiedTime().toInstant();
    to.modified = basic.lastModifiedTime().toInstant();
  }

  /** Type and permissions, or 0 if there is no such file. */
  static int mode(Path path, boolean follow) throws IOException {
    FileStat stat = new FileStat();
    try {
      read(path, follow, stat);
      return stat.mode;
    } catch (NoSuchFileException _) {
      return 0;
    }
  }
}
