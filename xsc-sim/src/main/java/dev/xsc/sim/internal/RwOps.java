// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.spi.XscAbi;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Reading and writing files of all kinds. One instance for each direction and way to name memory
 * and offset.
 */
final class RwOps extends Call {
  /** Where the memory is named. */
  enum Memory {
    PLAIN,
    VECTOR,
    REGISTERED
  }

  /**
   * Transfers from this size on are left to a worker, so that they do not hold up everything else.
   */
  private static final long LARGE = 1 << 20;

  private final boolean write;
  private final boolean positional;
  private final Memory memory;

  RwOps(boolean write, boolean positional, Memory memory) {
    this.write = write;
    this.positional = positional;
    this.memory = memory;
  }

  @Override
  public int prepare(Request r) {
    if (memory == Memory.VECTOR) {
      return References.vector(r, r.reference, r.addr, Integer.toUnsignedLong(r.len));
    }
    if (r.len < 0) {
      return -Errno.EINVAL;
    }
    if (memory == Memory.PLAIN) {
      References.buffer(r);
    }
    return 0;
  }

  @Override
  int readiness(Request r) {
    return r.file().object() instanceof Pollable ? write ? Posix.POLLOUT : Posix.POLLIN : 0;
  }

  @Override
  boolean waits(Request r) {
    return !r.file().nonBlocking();
  }

  @Override
  boolean slow(Request r) {
    return r.file().object().slow() || r.buffers.total() >= LARGE;
  }

  @Override
  int resolve(Engine engine, Request r) {
    if (memory == Memory.REGISTERED) {
      MemorySegment part = engine.registry().fixed(r.bufIndex, r.addr, r.len);
      if (part == null) {
        return -Errno.EFAULT;
      }
      r.buffers.set(part);
    }
    return 0;
  }

  @Override
  int run(Request r) throws IOException {
    OpenFile file = r.file();
    if (write ? !file.writable() : !file.readable()) {
      return -Errno.EBADF;
    }
    boolean atPosition = !positional || (memory == Memory.REGISTERED && r.off == -1);
    if (!atPosition && r.off < 0) {
      return -Errno.EINVAL;
    }
    return switch (file.object()) {
      case DiskFile disk ->
          atPosition ? stream(disk, file, r.buffers) : transfer(disk, file, r.buffers, r.off);
      case StreamFile _ when !atPosition -> -Errno.ESPIPE;
      case StreamFile stream -> write ? stream.write(r.buffers, 0) : stream.read(r.buffers, 0);
      case DirectoryFile _ -> -Errno.EISDIR;
      default -> -Errno.EINVAL;
    };
  }

  /** {@code read(2)} and {@code write(2)}. */
  static int stream(OpenFile file, Buffers buffers, boolean write) throws IOException {
    Request r = new Request();
    r.file = file;
    r.buffers.set(buffers.part(0));
    return new RwOps(write, false, Memory.PLAIN).run(r);
  }

  private int stream(DiskFile disk, OpenFile file, Buffers buffers) throws IOException {
    file.positionLock.lock();
    try {
      int n = transfer(disk, file, buffers, file.position);
      if (n > 0) {
        file.position = write && file.appends() ? disk.size() : file.position + n;
      }
      return n;
    } finally {
      file.positionLock.unlock();
    }
  }

  /**
   * Moves as many bytes as go, one segment after the other; what was moved before an error counts.
   */
  private int transfer(DiskFile disk, OpenFile file, Buffers buffers, long offset)
      throws IOException {
    if (buffers.total() > Long.MAX_VALUE - offset) {
      return -Errno.EINVAL;
    }
    int done = 0;
    for (int i = 0; i < buffers.count(); i++) {
      MemorySegment part = buffers.part(i);
      if (part.byteSize() == 0) {
        continue;
      }
      int n;
      try {
        n =
            !write
                ? disk.read(part, offset + done)
                : file.appends() ? disk.append(part) : disk.write(part, offset + done);
      } catch (IOException e) {
        if (done > 0) {
          return done;
        }
        throw e;
      }
      done += n;
      if (n < part.byteSize()) {
        break;
      }
    }
    return done;
  }

  @Override
  public boolean fails(Request r, int result) {
    return result != r.buffers.total();
  }

  static OpRow row(String name, boolean write, boolean positional, Memory memory) {
    int fields = OpRow.FILE | OpRow.ADDR | OpRow.LEN;
    if (positional) {
      fields |= OpRow.OFF;
    }
    if (memory == Memory.REGISTERED) {
      fields |= OpRow.BUF_INDEX;
    }
    if (!write) {
      fields |= OpRow.WRITES_MEMORY;
    }
    return new OpRow(name, fields, 0, 0, new RwOps(write, positional, memory));
  }

  static void register(OpRow[] table) {
    table[XscAbi.OP_READ] = row("READ", false, false, Memory.PLAIN);
    table[XscAbi.OP_WRITE] = row("WRITE", true, false, Memory.PLAIN);
    table[XscAbi.OP_READV] = row("READV", false, false, Memory.VECTOR);
    table[XscAbi.OP_WRITEV] = row("WRITEV", true, false, Memory.VECTOR);
    table[XscAbi.OP_PREAD] = row("PREAD", false, true, Memory.PLAIN);
    table[XscAbi.OP_PWRITE] = row("PWRITE", true, true, Memory.PLAIN);
    table[XscAbi.OP_PREADV] = row("PREADV", false, true, Memory.VECTOR);
    table[XscAbi.OP_PWRITEV] = row("PWRITEV", true, true, Memory.VECTOR);
    table[XscAbi.OP_READ_FIXED] = row("READ_FIXED", false, true, Memory.REGISTERED);
    table[XscAbi.OP_WRITE_FIXED] = row("WRITE_FIXED", true, true, Memory.REGISTERED);
  }
}
