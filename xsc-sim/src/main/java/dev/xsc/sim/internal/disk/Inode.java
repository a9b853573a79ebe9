// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.sim.internal.FileStat;
import java.time.Instant;

/** A file of any kind: what its names have in common. */
abstract sealed class Inode permits Folder, RegularFile, SymbolicLink, SocketFile {
  /** As {@code st_dev}; there is one disk. */
  private static final long DEVICE = 0x801;

  /** When virtual time was 0. */
  private static final Instant BEGINNING = Instant.parse("2000-01-01T00:00:00Z");

  final long number;

  /** Type and permissions. */
  int mode;

  /** Names that programs see, a folder's own ones included. */
  int links;

  /** Names that the medium holds. */
  int linksOnMedium;

  /** Changes of names that are about it and not durable yet. */
  int changes;

  /** Open files. */
  int opens;

  // Nanoseconds of virtual time.
  long accessed;
  long modified;
  long changed;

  Inode(long number, int mode, long now) {
    this.number = number;
    this.mode = mode;
    accessed = now;
    modified = now;
    changed = now;
  }

  /** Bytes, as {@code st_size}. */
  abstract long size();

  /** Blocks of 512 bytes. */
  long blocks() {
    return 0;
  }

  void modified(long now) {
    modified = now;
    changed = now;
  }

  void stat(FileStat to, int uid) {
    to.mode = mode;
    to.links = links;
    to.uid = uid;
    to.gid = uid;
    to.inode = number;
    to.device = DEVICE;
    to.size = size();
    to.blocks = blocks();
    to.accessed = BEGINNING.plusNanos(accessed);
    to.modified = BEGINNING.plusNanos(modified);
    to.changed = BEGINNING.plusNanos(changed);
  }
}
