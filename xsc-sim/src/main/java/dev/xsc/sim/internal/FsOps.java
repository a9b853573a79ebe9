// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Statx;
import dev.xsc.spi.XscAbi;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Operations on names: opening, removing, renaming, asking about. */
final class FsOps {
  // include/uapi/linux/fcntl.h, stat.h
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_STATX_SYNC_TYPE = 0x6000;
  private static final int STATX_RESERVED = 0x80000000;
  private static final int RENAME_FLAGS = Posix.RENAME_NOREPLACE | Posix.RENAME_EXCHANGE;
  private static final int MODE_MASK = 07777;

  private FsOps() {}

  static void register(OpRow[] table) {
    int path = OpRow.FD | OpRow.ADDR;
    table[XscAbi.OP_OPENAT] = new OpRow("OPENAT", path | OpRow.LEN, 0, OpRow.ANY_FLAGS, new Open());
    table[XscAbi.OP_STATX] =
        new OpRow(
            "STATX",
            path | OpRow.LEN | OpRow.OFF | OpRow.WRITES_MEMORY,
            0,
            Posix.AT_SYMLINK_NOFOLLOW | Posix.AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE,
            new Stat());
    table[XscAbi.OP_UNLINKAT] = new OpRow("UNLINKAT", path, 0, Posix.AT_REMOVEDIR, new Unlink());
    table[XscAbi.OP_RENAMEAT] =
        new OpRow("RENAMEAT", path | OpRow.LEN | OpRow.OFF, 0, RENAME_FLAGS, new Rename());
    table[XscAbi.OP_MKDIRAT] = new OpRow("MKDIRAT", path | OpRow.LEN, 0, 0, new MakeDirectory());
  }

  private static final class Open extends PathCall {
    @Override
    int run(Request r, Machine machine, byte[] path) throws IOException {
      FileObject object = machine.disk().open(r.base, path, r.opFlags, r.len & MODE_MASK);
      OpenFile file = new OpenFile(object, r.opFlags);
      int fd = machine.descriptors().install(file);
      if (fd < 0) {
        file.release();
      }
      return fd;
    }
  }

  private static final class Stat extends PathCall {
    @Override
    public int prepare(Request r) {
      if ((r.len & STATX_RESERVED) != 0 || (r.opFlags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE) {
        return -Errno.EINVAL;
      }
      Object path = References.path(References.half(r.reference, 0), r.addr);
      if (path instanceof Integer error) {
        return error;
      }
      r.operand = path;
      r.out = References.segment(References.half(r.reference, 1), r.off, Statx.SIZE);
      if (r.out == null) {
        r.error = -Errno.EFAULT;
      }
      return 0;
    }

    @Override
    int resolve(Engine engine, Request r) {
      if (path(r).length > 0 || (r.opFlags & Posix.AT_EMPTY_PATH) == 0) {
        return super.resolve(engine, r);
      }
      r.machine = engine.machine();
      if (r.fd == Posix.AT_FDCWD) {
        return 0;
      }
      r.file = engine.machine().descriptors().hold(r.fd);
      return r.file == null ? -Errno.EBADF : 0;
    }

    @Override
    int run(Request r, Machine machine, byte[] path) throws IOException {
      MemorySegment out = r.out();
      FileStat stat = new FileStat();
      if (r.file != null) {
        r.file.object().stat(stat);
      } else {
        boolean follow = (r.opFlags & Posix.AT_SYMLINK_NOFOLLOW) == 0;
        machine.disk().stat(r.base, path.length == 0 ? null : path, follow, stat);
      }
      stat.write(out);
      return 0;
    }
  }

  private static final class Unlink extends PathCall {
    @Override
    int run(Request r, Machine machine, byte[] path) throws IOException {
      machine.disk().unlink(r.base, path, (r.opFlags & Posix.AT_REMOVEDIR) != 0);
      return 0;
    }
  }

  private static final class Rename extends PathCall {
    @Override
    public int prepare(Request r) {
      if (r.opFlags == RENAME_FLAGS) {
        return -Errno.EINVAL;
      }
      Object from = References.path(References.half(r.reference, 0), r.addr);
      Object to = References.path(References.half(r.reference, 1), r.off);
      if (from instanceof Integer error) {
        return error;
      }
      if (to instanceof Integer error) {
        return error;
      }
      r.operand = from;
      r.operand2 = to;
      return 0;
    }

    @Override
    int resolve(Engine engine, Request r) {
      int error = super.resolve(engine, r);
      byte[] to = to(r);
      if (error == 0) {
        error = check(engine.machine(), r.len, to);
      }
      if (error == 0) {
        r.base2 = base(engine.machine(), r.len, to);
      }
      return error;
    }

    @Override
    int run(Request r, Machine machine, byte[] path) throws IOException {
      machine.disk().rename(r.base, path, r.base2, to(r), r.opFlags);
      return 0;
    }

    private static byte[] to(Request r) {
      return r.operand2 instanceof byte[] path ? path : new byte[0];
    }
  }

  private static final class MakeDirectory extends PathCall {
    @Override
    int run(Request r, Machine machine, byte[] path) throws IOException {
      machine.disk().makeDirectory(r.base, path, r.len & MODE_MASK);
      return 0;
    }
  }
}
