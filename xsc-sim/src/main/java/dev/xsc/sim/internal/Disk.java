// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file system. Any thread; every call may wait.
 *
 * <p>Paths are the bytes that the entry named, not empty, without the NUL. Relative ones start at
 * {@code base}, or at the working directory if it is null.
 */
public interface Disk {
  /** {@code openat(2)}. */
  FileObject open(@Nullable DirectoryFile base, byte[] path, int flags, int mode)
      throws IOException;

  /** {@code statx(2)}; a null path stands for the working directory itself. */
  void stat(@Nullable DirectoryFile base, byte @Nullable [] path, boolean followLink, FileStat to)
      throws IOException;

  /** {@code unlinkat(2)}. */
  void unlink(@Nullable DirectoryFile base, byte[] path, boolean directory) throws IOException;

  /**
   * {@code renameat2(2)}.
   *
   * @param flags 0, {@link dev.xsc.ring.Posix#RENAME_NOREPLACE} or {@link
   *     dev.xsc.ring.Posix#RENAME_EXCHANGE}
   */
  void rename(
      @Nullable DirectoryFile fromBase,
      byte[] from,
      @Nullable DirectoryFile toBase,
      byte[] to,
      int flags)
      throws IOException;

  /** {@code mkdirat(2)}. */
  void makeDirectory(@Nullable DirectoryFile base, byte[] path, int mode) throws IOException;
}
