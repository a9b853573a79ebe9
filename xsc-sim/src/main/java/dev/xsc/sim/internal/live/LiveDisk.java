// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.DirectoryFile;
import dev.xsc.sim.internal.Disk;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileObject;
import dev.xsc.sim.internal.FileStat;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** This machine's files. Any thread. */
final class LiveDisk implements Disk {
  static final boolean WINDOWS = File.separatorChar == '\\';

  private static final String PERMISSIONS = "rwxrwxrwx";
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

  /** Keeps renames with conditions apart: they look first, as NIO has no such calls. */
  private final ReentrantLock renaming = new ReentrantLock();

  @Override
  public FileObject open(@Nullable DirectoryFile base, byte[] path, int flags, int mode)
      throws IOException {
    return new Opening(resolve(base, path), PathNames.namesDirectory(path), flags, mode).open();
  }

  @Override
  public void stat(
      @Nullable DirectoryFile base, byte @Nullable [] path, boolean followLink, FileStat to)
      throws IOException {
    if (path == null) {
      Attributes.read(Path.of(""), true, to);
      return;
    }
    boolean directory = PathNames.namesDirectory(path);
    Attributes.read(resolve(base, path), followLink || directory, to);
    if (directory && (to.mode & Posix.S_IFMT) != Posix.S_IFDIR) {
      throw new ErrnoException(Errno.ENOTDIR);
    }
  }

  @Override
  public void unlink(@Nullable DirectoryFile base, byte[] path, boolean directory)
      throws IOException {
    Path file = resolve(base, path);
    FileStat stat = new FileStat();
    Attributes.read(file, false, stat);
    boolean found = (stat.mode & Posix.S_IFMT) == Posix.S_IFDIR;
    if (found != directory) {
      throw new ErrnoException(directory ? Errno.ENOTDIR : Errno.EISDIR);
    }
    if (!directory && PathNames.namesDirectory(path)) {
      throw new ErrnoException(Errno.ENOTDIR);
    }
    Files.delete(file);
  }

  @Override
  public void rename(
      @Nullable DirectoryFile fromBase,
      byte[] from,
      @Nullable DirectoryFile toBase,
      byte[] to,
      int flags)
      throws IOException {
    Path source = resolve(fromBase, from);
    Path target = resolve(toBase, to);
    if (flags == 0) {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    renaming.lock();
    try {
      if (flags == Posix.RENAME_EXCHANGE) {
        exchange(source, target);
        return;
      }
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new ErrnoException(Errno.EEXIST);
      }
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      renaming.unlock();
    }
  }

  /** In three steps, between which others can see one of the two names missing. */
  private static void exchange(Path source, Path target) throws IOException {
    if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)
        || !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new ErrnoException(Errno.ENOENT);
    }
    Path aside = source.resolveSibling(".xsc-" + UUID.randomUUID());
    Files.move(source, aside, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(target, source, StandardCopyOption.ATOMIC_MOVE);
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(aside, source);
      throw e;
    }
  }

  @Override
  public void makeDirectory(@Nullable DirectoryFile base, byte[] path, int mode)
      throws IOException {
    Files.createDirectory(resolve(base, path), permissions(mode));
  }

  /** Permission bits for a new file, from which the system takes away those of the umask. */
  static FileAttribute<?>[] permissions(int mode) {
    if (!Attributes.UNIX) {
      return NO_ATTRIBUTES;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < PERMISSIONS.length(); i++) {
      boolean set = ((mode >> (PERMISSIONS.length() - 1 - i)) & 1) != 0;
      text.append(set ? PERMISSIONS.charAt(i) : '-');
    }
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(text.toString());
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
  }

  private static Path resolve(@Nullable DirectoryFile base, byte[] path) {
    return PathNames.resolve(
        base instanceof LiveDirectory directory ? directory.path() : null, path);
  }
}
