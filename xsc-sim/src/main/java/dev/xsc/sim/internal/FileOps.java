// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.spi.XscAbi;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Operations on open files other than reading and writing. */
final class FileOps {
  /** How much is zeroed at a time. */
  private static final int ZEROS = 1 << 16;

  private static final int MAX_ADVICE = 5;

  private FileOps() {}

  static void register(OpRow[] table) {
    table[XscAbi.OP_CLOSE] = new OpRow("CLOSE", OpRow.FD, 0, 0, new Close());
    table[XscAbi.OP_FSYNC] = new OpRow("FSYNC", OpRow.FILE, 0, XscAbi.FSYNC_DATASYNC, new Sync());
    table[XscAbi.OP_FALLOCATE] =
        new OpRow(
            "FALLOCATE", OpRow.FILE | OpRow.OFF | OpRow.ADDR | OpRow.LEN, 0, 0, new Allocate());
    table[XscAbi.OP_FTRUNCATE] =
        new OpRow("FTRUNCATE", OpRow.FILE | OpRow.OFF, 0, 0, new Truncate());
    table[XscAbi.OP_FADVISE] =
        new OpRow("FADVISE", OpRow.FILE | OpRow.OFF | OpRow.LEN, 0, OpRow.ANY_FLAGS, new Advise());
  }

  /** {@code ftruncate(2)}. */
  static int truncate(OpenFile file, long size) throws IOException {
    if (size < 0 || !(file.object() instanceof DiskFile disk) || !file.writable()) {
      return -Errno.EINVAL;
    }
    disk.truncate(size);
    return 0;
  }

  private static final class Close implements OpHandler {
    @Override
    public int issue(Engine engine, Request r) {
      OpenFile file = engine.machine().descriptors().remove(r.fd);
      if (file == null) {
        return -Errno.EBADF;
      }
      engine.releaseFile(file);
      return 0;
    }
  }

  private static final class Sync extends Call {
    @Override
    boolean slow(Request r) {
      return true;
    }

    @Override
    int run(Request r) throws IOException {
      switch (r.file().object()) {
        case DiskFile disk -> disk.force((r.opFlags & XscAbi.FSYNC_DATASYNC) == 0);
        case DirectoryFile directory -> directory.force();
        default -> {
          return -Errno.EINVAL;
        }
      }
      return 0;
    }
  }

  private static final class Truncate extends Call {
    @Override
    boolean slow(Request r) {
      return true;
    }

    @Override
    int run(Request r) throws IOException {
      return truncate(r.file(), r.off);
    }
  }

  private static final class Allocate extends Call {
    private static final int EXCLUSIVE = Posix.FALLOC_FL_PUNCH_HOLE | Posix.FALLOC_FL_ZERO_RANGE;
    private static final int KNOWN = Posix.FALLOC_FL_KEEP_SIZE | EXCLUSIVE;

    @Override
    boolean slow(Request r) {
      return true;
    }

    @Override
    int run(Request r) throws IOException {
      int mode = r.len;
      long length = r.addr;
      if (r.off < 0 || length <= 0) {
        return -Errno.EINVAL;
      }
      if ((mode & ~KNOWN) != 0
          || mode == Posix.FALLOC_FL_PUNCH_HOLE
          || (mode & EXCLUSIVE) == EXCLUSIVE) {
        return -Errno.EOPNOTSUPP;
      }
      if (!r.file().writable()) {
        return -Errno.EBADF;
      }
      if (r.file().object() instanceof StreamFile stream) {
        return stream instanceof SocketObject ? -Errno.ENODEV : -Errno.ESPIPE;
      }
      if (!(r.file().object() instanceof DiskFile disk)) {
        return -Errno.ENODEV;
      }
      if (length > Long.MAX_VALUE - r.off) {
        return -Errno.EFBIG;
      }
      if (disk.allocate(mode, r.off, length)) {
        return 0;
      }
      if ((mode & Posix.FALLOC_FL_ZERO_RANGE) != 0) {
        return -Errno.EOPNOTSUPP;
      }
      long end = r.off + length;
      boolean punches = (mode & Posix.FALLOC_FL_PUNCH_HOLE) != 0;
      if (!punches && end - disk.size() > disk.room()) {
        return -Errno.ENOSPC;
      }
      if (punches) {
        zero(disk, r.off, Math.min(end, disk.size()));
      } else if ((mode & Posix.FALLOC_FL_KEEP_SIZE) == 0 && end > disk.size()) {
        disk.truncate(end);
      }
      return 0;
    }

    private static void zero(DiskFile disk, long from, long to) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment zeros = arena.allocate(ZEROS);
        long at = from;
        while (at < to) {
          at += disk.write(zeros.asSlice(0, Math.min(ZEROS, to - at)), at);
        }
      }
    }
  }

  private static final class Advise extends Call {
    @Override
    int run(Request r) {
      if (r.file().object() instanceof StreamFile) {
        return -Errno.ESPIPE;
      }
      if (r.opFlags < 0 || r.opFlags > MAX_ADVICE) {
        return -Errno.EINVAL;
      }
      if (r.file().object() instanceof DiskFile disk) {
        disk.advise(r.off, Integer.toUnsignedLong(r.len), r.opFlags);
      }
      return 0;
    }
  }
}
