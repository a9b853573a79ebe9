// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Statx;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/** What {@code stat(2)} tells about a file. Made for one call. */
public final class FileStat {
  /**
   * Bit of the mask for the number of blocks, {@code STATX_BLOCKS} of {@code
   * include/uapi/linux/stat.h}. It is left out where the number is a guess from the size.
   */
  private static final int STATX_BLOCKS = 0x400;

  // struct statx of include/uapi/linux/stat.h, beyond what Statx names.
  private static final int RDEV_MAJOR = 128;
  private static final int RDEV_MINOR = 132;
  private static final int DEV_MAJOR = 136;
  private static final int DEV_MINOR = 140;
  private static final int TIME_NANOS = 8;

  private static final int BLOCK = 4096;
  private static final int SECTOR = 512;

  /** Type and permissions. */
  public int mode;

  /** Hard links. */
  public int links = 1;

  /** Owner. */
  public int uid;

  /** Group. */
  public int gid;

  /** Inode number. */
  public long inode;

  /** Bytes. */
  public long size;

  /** Blocks of 512 bytes that it occupies; negative if that is not known. */
  public long blocks = -1;

  /** Device of the file system, as {@code st_dev}. */
  public long device;

  /** Device that a special file stands for, as {@code st_rdev}. */
  public long special;

  /** Last read. */
  public Instant accessed = Instant.EPOCH;

  /** Last change of the inode. */
  public Instant changed = Instant.EPOCH;

  /** Last change of the content. */
  public Instant modified = Instant.EPOCH;

  /** Writes {@code struct statx}. */
  void write(MemorySegment to) {
    to.asSlice(0, Statx.SIZE).fill((byte) 0);
    int unknown = blocks < 0 ? STATX_BLOCKS : 0;
    to.set(ValueLayout.JAVA_INT_UNALIGNED, Statx.MASK, Statx.BASIC & ~unknown);
    to.set(ValueLayout.JAVA_INT_UNALIGNED, Statx.BLKSIZE, BLOCK);
    to.set(ValueLayout.JAVA_INT_UNALIGNED, Statx.NLINK, links);
    to.set(ValueLayout.JAVA_INT_UNALIGNED, Statx.UID, uid);
    to.set(ValueLayout.JAVA_INT_UNALIGNED, Statx.GID, gid);
    to.set(ValueLayout.JAVA_SHORT_UNALIGNED, Statx.MODE, (short) mode);
    to.set(ValueLayout.JAVA_LONG_UNALIGNED, Statx.INO, inode);
    to.set(ValueLayout.JAVA_LONG_UNALIGNED, Statx.SIZE_OF_FILE, size);
    // NIO does not tell: as if there were no holes.
    long guess = (size + BLOCK - 1) / BLOCK * (BLOCK / SECTOR);
    to.set(ValueLayout.JAVA_LONG_UNALIGNED, Statx.BLOCKS, blocks < 0 ? guess : blocks);
    time(to, Statx.ATIME, accessed);
    time(to, Statx.CTIME, changed);
    time(to, Statx.MTIME, modified);
    to.set(ValueLayout.JAVA_INT_UNALIGNED, RDEV_MAJOR, major(special));
    to.set(ValueLayout.JAVA_INT_UNALIGNED, RDEV_MINOR, minor(special));
    to.set(ValueLayout.JAVA_INT_UNALIGNED, DEV_MAJOR, major(device));
    to.set(ValueLayout.JAVA_INT_UNALIGNED, DEV_MINOR, minor(device));
  }

  private static void time(MemorySegment to, int at, Instant time) {
    to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, time.getEpochSecond());
    to.set(ValueLayout.JAVA_INT_UNALIGNED, at + TIME_NANOS, time.getNano());
  }

  /** As glibc's {@code gnu_dev_major} takes a 64-bit device number apart. */
  private static int major(long device) {
    return (int) (((device >>> 8) & 0xfff) | ((device >>> 32) & 0xfffff000L));
  }

  private static int minor(long device) {
    return (int) ((device & 0xff) | ((device >>> 12) & 0xffffff00L));
  }
}
