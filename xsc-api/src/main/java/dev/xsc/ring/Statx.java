// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/** Reader of {@code struct statx}; offsets from {@code include/uapi/linux/stat.h}. */
public final class Statx {
  /** Bytes. */
  public static final int SIZE = 256;

  /** Mask that asks for all of {@code stat(2)}: {@code STATX_BASIC_STATS}. */
  public static final int BASIC = 0x7ff;

  /** u32 mask of what was filled in. */
  public static final int MASK = 0;

  /** u32 preferred block size. */
  public static final int BLKSIZE = 4;

  /** u32 hard links. */
  public static final int NLINK = 16;

  /** u32 owner. */
  public static final int UID = 20;

  /** u32 group. */
  public static final int GID = 24;

  /** u16 type and permissions. */
  public static final int MODE = 28;

  /** u64 inode. */
  public static final int INO = 32;

  /** u64 bytes. */
  public static final int SIZE_OF_FILE = 40;

  /** u64 blocks of 512 bytes. */
  public static final int BLOCKS = 48;

  /** Times: s64 seconds, u32 nanoseconds. */
  public static final int ATIME = 64;

  /** Time of change of the inode. */
  public static final int CTIME = 96;

  /** Time of change of the content. */
  public static final int MTIME = 112;

  private Statx() {}

  /** Size of the file in bytes. */
  public static long size(MemorySegment statx) {
    return statx.get(ValueLayout.JAVA_LONG, SIZE_OF_FILE);
  }

  /** File type and permission bits, {@code S_IF*} and {@code 07777}. */
  public static int mode(MemorySegment statx) {
    return Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, MODE));
  }

  /** Inode number. */
  public static long inode(MemorySegment statx) {
    return statx.get(ValueLayout.JAVA_LONG, INO);
  }

  /** Blocks of 512 bytes that the file occupies. */
  public static long blocks(MemorySegment statx) {
    return statx.get(ValueLayout.JAVA_LONG, BLOCKS);
  }

  /** One of {@link #ATIME}, {@link #CTIME}, {@link #MTIME}. */
  public static Instant time(MemorySegment statx, int which) {
    return Instant.ofEpochSecond(
        statx.get(ValueLayout.JAVA_LONG, which), statx.get(ValueLayout.JAVA_INT, which + 8));
  }
}
