// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Posix;
import dev.xsc.ring.Statx;
import dev.xsc.sim.internal.DirectoryFile;
import dev.xsc.sim.internal.Disk;
import dev.xsc.sim.internal.DiskFile;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileObject;
import dev.xsc.sim.internal.FileStat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** This machine's file system by plain system calls: what the simulated one is compared with. */
final class RealDisk implements Disk {
  /** Numbers of x86-64 and of arm64. */
  private static final Map<String, int[]> NUMBERS =
      Map.ofEntries(
          Map.entry("close", new int[] {3, 57}),
          Map.entry("pread64", new int[] {17, 67}),
          Map.entry("pwrite64", new int[] {18, 68}),
          Map.entry("fsync", new int[] {74, 82}),
          Map.entry("ftruncate", new int[] {77, 46}),
          Map.entry("openat", new int[] {257, 56}),
          Map.entry("mkdirat", new int[] {258, 34}),
          Map.entry("unlinkat", new int[] {263, 35}),
          Map.entry("fallocate", new int[] {285, 47}),
          Map.entry("renameat2", new int[] {316, 276}),
          Map.entry("statx", new int[] {332, 291}));

  private static final int ARCHITECTURE =
      System.getProperty("os.arch", "").equals("aarch64") ? 1 : 0;

  private static long call(String name, Object... arguments) throws ErrnoException {
    int number = NUMBERS.getOrDefault(name, new int[2])[ARCHITECTURE];
    long result = Libc.call(number, arguments);
    if (result < 0) {
      throw new ErrnoException((int) -result);
    }
    return result;
  }

  private static int base(@Nullable DirectoryFile base) {
    return base instanceof Folder folder ? folder.fd : Posix.AT_FDCWD;
  }

  @Override
  public FileObject open(@Nullable DirectoryFile base, byte[] path, int flags, int mode)
      throws ErrnoException {
    int fd = (int) call("openat", base(base), path, flags | Posix.O_CLOEXEC, mode);
    FileStat stat = new FileStat();
    Open.stat(fd, new byte[0], Posix.AT_EMPTY_PATH, stat);
    return (stat.mode & Posix.S_IFMT) == Posix.S_IFDIR ? new Folder(fd) : new File(fd);
  }

  @Override
  public void stat(
      @Nullable DirectoryFile base, byte @Nullable [] path, boolean followLink, FileStat to)
      throws ErrnoException {
    byte[] name = path == null ? new byte[] {'.'} : path;
    Open.stat(base(base), name, followLink ? 0 : Posix.AT_SYMLINK_NOFOLLOW, to);
  }

  @Override
  public void unlink(@Nullable DirectoryFile base, byte[] path, boolean directory)
      throws ErrnoException {
    call("unlinkat", base(base), path, directory ? Posix.AT_REMOVEDIR : 0);
  }

  @Override
  public void rename(
      @Nullable DirectoryFile fromBase,
      byte[] from,
      @Nullable DirectoryFile toBase,
      byte[] to,
      int flags)
      throws ErrnoException {
    call("renameat2", base(fromBase), from, base(toBase), to, flags);
  }

  @Override
  public void makeDirectory(@Nullable DirectoryFile base, byte[] path, int mode)
      throws ErrnoException {
    call("mkdirat", base(base), path, mode);
  }

  /** What files and folders share. */
  private abstract static class Open implements FileObject {
    final int fd;

    Open(int fd) {
      this.fd = fd;
    }

    static void stat(int fd, byte[] path, int flags, FileStat to) throws ErrnoException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(Statx.SIZE, 8);
        call("statx", fd, path, flags, Statx.BASIC, out);
        to.mode = Statx.mode(out);
        to.size = Statx.size(out);
        to.blocks = Statx.blocks(out);
        to.links = out.get(java.lang.foreign.ValueLayout.JAVA_INT, Statx.NLINK);
      }
    }

    @Override
    public void stat(FileStat to) throws ErrnoException {
      stat(fd, new byte[0], Posix.AT_EMPTY_PATH, to);
    }

    @Override
    public void close() throws ErrnoException {
      call("close", fd);
    }
  }

  private static final class Folder extends Open implements DirectoryFile {
    Folder(int fd) {
      super(fd);
    }

    @Override
    public void force() throws ErrnoException {
      call("fsync", fd);
    }
  }

  private static final class File extends Open implements DiskFile {
    File(int fd) {
      super(fd);
    }

    @Override
    public int read(MemorySegment to, long offset) throws ErrnoException {
      return (int) call("pread64", fd, to, to.byteSize(), offset);
    }

    @Override
    public int write(MemorySegment from, long offset) throws ErrnoException {
      return (int) call("pwrite64", fd, from, from.byteSize(), offset);
    }

    @Override
    public int append(MemorySegment from) throws ErrnoException {
      return write(from, size());
    }

    @Override
    public long size() throws ErrnoException {
      FileStat stat = new FileStat();
      stat(stat);
      return stat.size;
    }

    @Override
    public long room() {
      throw new UnsupportedOperationException("not compared");
    }

    @Override
    public void truncate(long size) throws ErrnoException {
      call("ftruncate", fd, size);
    }

    @Override
    public void force(boolean metadata) throws ErrnoException {
      call("fsync", fd);
    }

    @Override
    public boolean allocate(int mode, long offset, long length) throws ErrnoException {
      call("fallocate", fd, mode, offset, length);
      return true;
    }
  }
}
