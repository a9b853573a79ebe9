// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.ring.Posix;
import java.time.Instant;

/**
 * What {@code statx(2)} says of a file.
 *
 * @param size in bytes
 * @param mode file type and permission bits; see {@link Posix#S_IFMT}
 * @param inode number
 * @param blocks of 512 bytes that it occupies; negative if the kernel does not know
 * @param modified when its content changed
 */
public record FileStatus(long size, int mode, long inode, long blocks, Instant modified) {
  /** Whether it is a regular file. */
  public boolean isRegularFile() {
    return isType(Posix.S_IFREG);
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return isType(Posix.S_IFDIR);
  }

  private boolean isType(int type) {
    return (mode & Posix.S_IFMT) == type;
  }
}
