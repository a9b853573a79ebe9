// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import dev.xsc.ring.IoVec;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Statx;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Operations on a few files and folders. */
final class FileSequence implements Sequence {
  private static final int KINDS = 16;
  private static final int MOST_OFFSET = 20_000;
  private static final int MOST_LENGTH = 9_000;
  private static final String[] NAMES = {"a", "b", "c", "a/b", "a/c", "b/c", "missing/x", "."};
  private static final int[] OPEN_FLAGS = {
    Posix.O_RDWR | Posix.O_CREAT,
    Posix.O_RDWR | Posix.O_CREAT | Posix.O_TRUNC,
    Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL,
    Posix.O_RDWR,
    Posix.O_RDONLY,
    Posix.O_WRONLY | Posix.O_APPEND | Posix.O_CREAT,
    Posix.O_RDONLY | Posix.O_DIRECTORY
  };
  private static final int[] MODES = {
    0,
    Posix.FALLOC_FL_KEEP_SIZE,
    Posix.FALLOC_FL_KEEP_SIZE | Posix.FALLOC_FL_PUNCH_HOLE,
    Posix.FALLOC_FL_ZERO_RANGE
  };

  private final Side side;
  private final int top;
  private final List<Integer> fds = new ArrayList<>();

  FileSequence(Side side, String folder) {
    this.side = side;
    MemorySegment name = side.path(folder + "/top");
    int flags = Posix.O_RDONLY | Posix.O_DIRECTORY;
    Side.require(side.run(entry -> entry.mkdirat(Posix.AT_FDCWD, name, 0755)), "mkdir");
    top = side.run(entry -> entry.openat(Posix.AT_FDCWD, name, flags, 0));
    side.keep(Side.require(top, "open"));
  }

  @Override
  public String step(Random random) {
    int kind = random.nextInt(KINDS);
    String name = NAMES[random.nextInt(NAMES.length)];
    String otherName = NAMES[random.nextInt(NAMES.length)];
    MemorySegment path = side.path(name);
    MemorySegment other = side.path(otherName);
    int offset = random.nextInt(MOST_OFFSET);
    int length = random.nextInt(MOST_LENGTH);
    int pick = random.nextInt(1 << 20);
    return switch (kind) {
      case 0, 1, 2 -> {
        int flags = OPEN_FLAGS[pick % OPEN_FLAGS.length];
        int fd = side.keep(side.run(entry -> entry.openat(top, path, flags, 0644)));
        if (fd >= 0) {
          fds.add(fd);
        }
        yield "open " + name + " " + Integer.toOctalString(flags) + ": " + Side.opened(fd);
      }
      case 3 ->
          "mkdir " + name + ": " + Side.text(side.run(entry -> entry.mkdirat(top, path, 0755)));
      case 4 -> {
        int flags = pick % 2 == 0 ? 0 : Posix.AT_REMOVEDIR;
        int result = side.run(entry -> entry.unlinkat(top, path, flags));
        yield "unlink " + name + " " + flags + ": " + Side.text(result);
      }
      case 5, 6 -> {
        int flags = pick % 4 == 0 ? 1 : 0;
        int result = side.run(entry -> entry.renameat(top, path, top, other, flags));
        yield "rename " + name + " to " + otherName + " " + flags + ": " + Side.text(result);
      }
      case 7 -> "stat " + name + ": " + stat(path);
      default ->
          fds.isEmpty()
              ? "nothing is open"
              : transfer(kind, pick % fds.size(), pick % 5 == 0 ? -1 : offset, length);
    };
  }

  private String stat(MemorySegment path) {
    MemorySegment out = side.memory(Statx.SIZE);
    int result = side.run(entry -> entry.statx(top, path, 0, Statx.BASIC, out));
    if (result < 0) {
      return Side.text(result);
    }
    boolean folder = (Statx.mode(out) & Posix.S_IFMT) == Posix.S_IFDIR;
    // Where blocks begin is the file system's own; whether there are any is not.
    return Integer.toOctalString(Statx.mode(out))
        + (folder ? "" : " " + Statx.size(out) + " bytes, sparse: " + (Statx.blocks(out) == 0));
  }

  private String transfer(int kind, int index, int from, int length) {
    int fd = fds.get(index);
    long offset = from < 0 ? Sqe.AT_POSITION : from;
    MemorySegment one = side.filled(length, kind + from);
    MemorySegment two = side.filled(length / 2, kind - from);
    IoVec both = IoVec.of(side.arena(), List.of(two, one));
    String what = " " + index + " at " + offset + ", " + length + ": ";
    return switch (kind) {
      case 8, 9 -> "write" + what + Side.text(side.run(entry -> entry.write(fd, one, offset)));
      case 10 -> {
        int n = side.run(entry -> entry.read(fd, one, offset));
        yield "read" + what + Side.received(n, one);
      }
      case 11 -> "writev" + what + Side.text(side.run(entry -> entry.writev(fd, both, offset)));
      case 12 -> {
        int n = side.run(entry -> entry.readv(fd, both, offset));
        int hash = 31 * Side.hash(two, length / 2) + Side.hash(one, length);
        yield "readv" + what + Side.text(n) + (n < 0 ? "" : ", " + hash);
      }
      case 13 -> "truncate" + what + Side.text(side.run(entry -> entry.ftruncate(fd, offset)));
      case 14 -> {
        int mode = MODES[length % MODES.length];
        int result = side.run(entry -> entry.fallocate(fd, mode, offset, length));
        yield "allocate" + what + mode + " " + Side.text(result);
      }
      default ->
          length % 2 == 0
              ? "fsync" + what + Side.text(side.run(e -> e.fsync(fd)))
              : "fdatasync" + what + Side.text(side.run(e -> e.fdatasync(fd)));
    };
  }
}
