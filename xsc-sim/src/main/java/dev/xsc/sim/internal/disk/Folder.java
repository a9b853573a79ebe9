// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Posix;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory: its entries as programs see them, and as the medium holds them. */
final class Folder extends Inode {
  /** Sorted, so that walks over them are the same every time. */
  final Map<String, Inode> entries = new TreeMap<>();

  final Map<String, Inode> onMedium = new TreeMap<>();

  /** Null for the root, and after removal. */
  @Nullable Folder parent;

  @Nullable Folder parentOnMedium;

  /** Whether it was removed, and is only held open. */
  boolean removed;

  Folder(long number, int permissions, long now) {
    super(number, Posix.S_IFDIR | permissions, now);
    links = 2;
  }

  @Override
  long size() {
    return Page.SIZE;
  }

  /** Whether this is another folder, or inside it. */
  boolean isWithin(Folder other) {
    Folder at = this;
    while (at != null) {
      if (at == other) {
        return true;
      }
      at = at.parent;
    }
    return false;
  }

  /** Whether the medium has a way from one folder down to this one. */
  boolean reachableOnMedium(Folder root, @Nullable Inode without) {
    Folder at = this;
    while (at != null && at != without) {
      if (at == root) {
        return true;
      }
      at = at.parentOnMedium;
    }
    return false;
  }
}
