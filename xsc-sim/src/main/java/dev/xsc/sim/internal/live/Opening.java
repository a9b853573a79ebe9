// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileObject;
import dev.xsc.sim.internal.FileStat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One {@code open(2)}: says with NIO's options what the flags mean. Used once, by one thread. */
final class Opening {
  private static final int ACCESS_MODE = 3;

  /** {@code O_PATH} of {@code include/uapi/asm-generic/fcntl.h}: nothing in NIO is like it. */
  private static final int O_PATH = 0x200000;

  private static final int ATTEMPTS = 16;

  private final Path path;
  private final boolean namesDirectory;
  private final int flags;
  private final int mode;

  Opening(Path path, boolean namesDirectory, int flags, int mode) {
    this.path = path;
    this.namesDirectory = namesDirectory;
    this.flags = flags;
    this.mode = mode;
  }

  FileObject open() throws IOException {
    if ((flags & O_PATH) != 0) {
      throw new ErrnoException(Errno.EOPNOTSUPP);
    }
    if (accessMode() == ACCESS_MODE) {
      throw new ErrnoException(Errno.EINVAL);
    }
    if ((flags & Posix.O_TMPFILE) == Posix.O_TMPFILE) {
      return openTemporary();
    }
    if (has(Posix.O_CREAT) && has(Posix.O_DIRECTORY)) {
      throw new ErrnoException(Errno.EINVAL);
    }
    if (has(Posix.O_CREAT) && namesDirectory) {
      throw new ErrnoException(Errno.EISDIR);
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return openNamed();
      } catch (NoSuchFileException e) {
        // Looked at before it was made or after it was removed by somebody else; without O_CREAT
        // that is the answer.
        if (!has(Posix.O_CREAT) || attempt == ATTEMPTS - 1 || !Files.isDirectory(parent())) {
          throw e;
        }
      }
    }
    throw new ErrnoException(Errno.EIO);
  }

  private FileObject openNamed() throws IOException {
    boolean follow = !has(Posix.O_NOFOLLOW) && !(has(Posix.O_CREAT) && has(Posix.O_EXCL));
    int type = Attributes.mode(path, follow) & Posix.S_IFMT;
    if (type == 0) {
      if (!has(Posix.O_CREAT)) {
        throw new NoSuchFileException(path.toString());
      }
      return openFile(true);
    }
    if (has(Posix.O_CREAT) && has(Posix.O_EXCL)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (type == Posix.S_IFDIR) {
      if (accessMode() != Posix.O_RDONLY || has(Posix.O_CREAT) || has(Posix.O_TRUNC)) {
        throw new ErrnoException(Errno.EISDIR);
      }
      requireReadableDirectory();
      return new LiveDirectory(path);
    }
    if (has(Posix.O_DIRECTORY) || namesDirectory) {
      throw new ErrnoException(Errno.ENOTDIR);
    }
    return switch (type) {
      case Posix.S_IFLNK -> throw new ErrnoException(Errno.ELOOP);
      case Posix.S_IFSOCK -> throw new ErrnoException(Errno.ENXIO);
      case Posix.S_IFIFO -> new LiveFifo(path, accessOptions());
      case Posix.S_IFREG -> openFile(false);
      default -> openDevice();
    };
  }

  /** As {@code open(2)} does for a directory: reading it must be allowed. */
  private void requireReadableDirectory() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      Objects.requireNonNull(entries);
    }
  }

  private FileObject openDevice() throws IOException {
    FileChannel channel = FileChannel.open(path, accessOptions());
    return new LiveFile(path, reads() ? channel : null, writes() ? channel : null, stat(), true);
  }

  private FileObject openFile(boolean create) throws IOException {
    FileChannel reader = null;
    FileChannel writer = null;
    try {
      if (writes()) {
        boolean both = reads() && !has(Posix.O_APPEND);
        writer = FileChannel.open(path, writeOptions(both), LiveDisk.permissions(mode));
        if (has(Posix.O_APPEND) && has(Posix.O_TRUNC)) {
          writer.truncate(0);
        }
        if (both) {
          return file(writer, writer);
        }
      } else if (create) {
        // NIO makes files only for writing.
        FileChannel.open(path, writeOptions(false), LiveDisk.permissions(mode)).close();
      } else if (has(Posix.O_TRUNC)) {
        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
            .close();
      }
      if (reads()) {
        reader = FileChannel.open(path, readOptions());
      }
      return file(reader, writer);
    } catch (IOException | RuntimeException e) {
      close(reader, e);
      close(writer, e);
      throw e;
    }
  }

  private FileObject openTemporary() throws IOException {
    if (!writes()) {
      throw new ErrnoException(Errno.EINVAL);
    }
    int type = Attributes.mode(path, true) & Posix.S_IFMT;
    if (type != Posix.S_IFDIR) {
      throw new ErrnoException(type == 0 ? Errno.ENOENT : Errno.ENOTDIR);
    }
    Path unnamed = path.resolve(".xsc-" + UUID.randomUUID());
    int inside = (flags & ~Posix.O_TMPFILE & ~Posix.O_TRUNC) | Posix.O_CREAT | Posix.O_EXCL;
    FileObject file = new Opening(unnamed, false, inside, mode).openFile(true);
    try {
      Files.delete(unnamed);
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private LiveFile file(@Nullable FileChannel reader, @Nullable FileChannel writer)
      throws IOException {
    boolean unbuffered = has(Posix.O_DIRECT) || (writes() && has(Posix.O_DSYNC));
    return new LiveFile(path, reader, writer, stat(), unbuffered);
  }

  private FileStat stat() throws IOException {
    FileStat stat = new FileStat();
    Attributes.read(path, true, stat);
    return stat;
  }

  private Set<OpenOption> accessOptions() {
    Set<OpenOption> options = new HashSet<>();
    if (reads()) {
      options.add(StandardOpenOption.READ);
    }
    if (writes()) {
      options.add(StandardOpenOption.WRITE);
    }
    return options;
  }

  private Set<OpenOption> readOptions() throws IOException {
    Set<OpenOption> options = new HashSet<>();
    options.add(StandardOpenOption.READ);
    return common(options);
  }

  private Set<OpenOption> writeOptions(boolean reads) throws IOException {
    Set<OpenOption> options = new HashSet<>();
    options.add(StandardOpenOption.WRITE);
    if (reads) {
      options.add(StandardOpenOption.READ);
    }
    if (has(Posix.O_CREAT)) {
      options.add(has(Posix.O_EXCL) ? StandardOpenOption.CREATE_NEW : StandardOpenOption.CREATE);
    }
    if (has(Posix.O_APPEND)) {
      options.add(StandardOpenOption.APPEND);
    } else if (has(Posix.O_TRUNC)) {
      options.add(StandardOpenOption.TRUNCATE_EXISTING);
    }
    if ((flags & Posix.O_SYNC) == Posix.O_SYNC) {
      options.add(StandardOpenOption.SYNC);
    } else if (has(Posix.O_DSYNC)) {
      options.add(StandardOpenOption.DSYNC);
    }
    return common(options);
  }

  private Set<OpenOption> common(Set<OpenOption> options) throws IOException {
    if (has(Posix.O_NOFOLLOW)) {
      options.add(LinkOption.NOFOLLOW_LINKS);
    }
    if (has(Posix.O_DIRECT)) {
      options.add(direct());
    }
    return options;
  }

  /** By name: javac warns about every mention of this class, though its module exports it. */
  private static OpenOption direct() throws IOException {
    try {
      for (Object option :
          Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
        if (option.toString().equals("DIRECT")) {
          return (OpenOption) option;
        }
      }
    } catch (ClassNotFoundException _) {
      // A runtime image without jdk.unsupported: as on a file system that cannot do it.
    }
    throw new ErrnoException(Errno.EINVAL);
  }

  private static void close(@Nullable FileChannel channel, Exception because) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private Path parent() {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path : parent;
  }

  private int accessMode() {
    return flags & ACCESS_MODE;
  }

  private boolean reads() {
    return accessMode() != Posix.O_WRONLY;
  }

  private boolean writes() {
    return accessMode() != Posix.O_RDONLY;
  }

  private boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
