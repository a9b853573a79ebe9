// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.DiskFile;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.det.Choice;
import java.lang.foreign.MemorySegment;

/** An open regular file: checks calls, lets faults strike, and passes on to the file. */
public final class SimFile implements DiskFile {
  private final SimDisk disk;
  private final Volume volume;
  private final RegularFile file;
  private final boolean direct;
  private final boolean durableWrites;
  private int syncErrorsTold;
  private boolean closed;

  SimFile(SimDisk disk, RegularFile file, int flags) {
    this.disk = disk;
    this.file = file;
    volume = disk.volume();
    direct = (flags & Posix.O_DIRECT) != 0;
    durableWrites = (flags & Posix.O_DSYNC) != 0;
    syncErrorsTold = file.syncErrors;
    file.opens++;
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public int read(MemorySegment to, long offset) throws ErrnoException {
    disk.requireMounted();
    requireAligned(to, offset);
    tryAgainOr(Fault.DISK_READ_ERROR);
    long length = Math.min(to.byteSize(), file.size - offset);
    if (length <= 0) {
      return 0;
    }
    int n = shorter((int) Math.min(length, Integer.MAX_VALUE), Fault.DISK_SHORT_READ);
    file.read(to, offset, n, direct);
    return n;
  }

  @Override
  public int write(MemorySegment from, long offset) throws ErrnoException {
    disk.requireMounted();
    requireAligned(from, offset);
    if (from.byteSize() == 0) {
      return 0;
    }
    if (offset >= volume.options.largestFile()) {
      throw new ErrnoException(Errno.EFBIG);
    }
    tryAgainOr(Fault.DISK_WRITE_ERROR);
    if (volume.strikes(Fault.DISK_FULL)) {
      throw new ErrnoException(Errno.ENOSPC);
    }
    long length = Math.min(from.byteSize(), volume.options.largestFile() - offset);
    int n = shorter((int) Math.min(length, Integer.MAX_VALUE), Fault.DISK_SHORT_WRITE);
    int written = file.write(from, offset, n, direct);
    if (written == 0) {
      throw new ErrnoException(Errno.ENOSPC);
    }
    if (durableWrites) {
      sync(offset, offset + written, false);
    }
    return written;
  }

  @Override
  public int append(MemorySegment from) throws ErrnoException {
    return write(from, file.size);
  }

  @Override
  public long size() {
    return file.size;
  }

  @Override
  public long room() {
    return volume.freePages() * Page.SIZE;
  }

  @Override
  public void truncate(long size) throws ErrnoException {
    disk.requireMounted();
    if (size > volume.options.largestFile()) {
      throw new ErrnoException(Errno.EFBIG);
    }
    file.resize(size);
  }

  @Override
  public void force(boolean metadata) throws ErrnoException {
    disk.requireMounted();
    sync(0, Long.MAX_VALUE, metadata);
  }

  private void sync(long from, long to, boolean metadata) throws ErrnoException {
    // Somebody else's sync may have failed; every open file is told once.
    boolean failed = syncErrorsTold != file.syncErrors;
    try {
      WriteBack.sync(volume, file, from, to);
    } finally {
      syncErrorsTold = file.syncErrors;
    }
    volume.names.syncFile(file, metadata);
    if (failed) {
      throw new ErrnoException(Errno.EIO);
    }
  }

  @Override
  public boolean allocate(int mode, long offset, long length) throws ErrnoException {
    disk.requireMounted();
    long end = offset + length;
    if ((mode & Posix.FALLOC_FL_PUNCH_HOLE) != 0) {
      file.clear(offset, end, false);
      return true;
    }
    if (end > volume.options.largestFile()) {
      throw new ErrnoException(Errno.EFBIG);
    }
    if (volume.strikes(Fault.DISK_FULL) || !file.reserve(offset, end)) {
      throw new ErrnoException(Errno.ENOSPC);
    }
    if ((mode & Posix.FALLOC_FL_ZERO_RANGE) != 0) {
      file.clear(offset, end, true);
    }
    if ((mode & Posix.FALLOC_FL_KEEP_SIZE) == 0 && end > file.size) {
      file.resize(end);
    }
    return true;
  }

  @Override
  public void advise(long offset, long length, int advice) {
    if (advice != Posix.FADV_DONTNEED || !disk.mounted()) {
      return;
    }
    long end = length == 0 ? Long.MAX_VALUE : offset + length;
    int first = file.pages.position(Math.max(0, offset) >>> Page.SHIFT);
    for (int i = first; i < file.pages.count(); i++) {
      Page page = file.pages.at(i);
      if (page.index << Page.SHIFT >= end) {
        break;
      }
      if (page.pending() == 0) {
        file.evict(page);
      }
    }
  }

  @Override
  public void stat(FileStat to) throws ErrnoException {
    disk.requireMounted();
    file.stat(to, volume.options.uid());
  }

  @Override
  public void close() {
    if (!closed && disk.mounted()) {
      file.opens--;
      volume.reclaim(file);
    }
    closed = true;
  }

  // ---- checks and faults

  private void requireAligned(MemorySegment memory, long offset) throws ErrnoException {
    long mask = volume.options.sector() - 1L;
    if (direct && ((offset | memory.byteSize() | memory.address()) & mask) != 0) {
      throw new ErrnoException(Errno.EINVAL);
    }
  }

  private void tryAgainOr(Fault error) throws ErrnoException {
    if (volume.strikes(error)) {
      throw new ErrnoException(Errno.EIO);
    }
    if (volume.strikes(Fault.DISK_TRY_AGAIN)) {
      throw new ErrnoException(Errno.EAGAIN);
    }
  }

  /** How many bytes are transferred: all but for a fault, and never none. */
  private int shorter(int length, Fault fault) {
    int unit = direct ? volume.options.sector() : 1;
    if (length <= unit || !volume.strikes(fault)) {
      return length;
    }
    int less = (int) volume.choices().between(Choice.DISK_LENGTH, 1, (length - 1) / unit);
    return Math.max(unit, length - less * unit);
  }

  @Override
  public String toString() {
    return "file " + file.number;
  }
}
