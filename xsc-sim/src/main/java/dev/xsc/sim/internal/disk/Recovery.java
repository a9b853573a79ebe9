// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Power cuts, and what is found after them. Stateless. */
final class Recovery {
  private Recovery() {}

  /** Decides what the medium holds, and makes it all there is. */
  static void cut(Volume volume) {
    WriteBack.some(volume, List.copyOf(volume.unsynced));
    volume.names.cut();
    volume.mount++;
    Set<Long> seen = new HashSet<>();
    long pages = 0;
    ArrayDeque<Folder> folders = new ArrayDeque<>();
    resetFolder(volume.root, null);
    folders.add(volume.root);
    for (Folder folder = folders.poll(); folder != null; folder = folders.poll()) {
      for (var entry : folder.onMedium.entrySet()) {
        Inode inode = entry.getValue();
        folder.entries.put(entry.getKey(), inode);
        boolean first = seen.add(inode.number);
        switch (inode) {
          case Folder child -> {
            resetFolder(child, folder);
            folder.links++;
            folders.add(child);
          }
          case RegularFile file -> {
            pages += first ? reset(volume, file) : 0;
            file.links++;
          }
          case SocketFile socket -> {
            socket.own(null);
            socket.links = 1;
          }
          case SymbolicLink link -> link.links = 1;
        }
      }
    }
    for (RegularFile file : volume.unsynced) {
      if (!seen.contains(file.number)) {
        file.listed = false;
        file.free();
      }
    }
    volume.unsynced.clear();
    volume.countAgain(pages);
  }

  private static void resetFolder(Folder folder, @Nullable Folder parent) {
    folder.entries.clear();
    folder.parent = parent;
    folder.parentOnMedium = parent;
    folder.removed = false;
    folder.links = 2;
    folder.opens = 0;
    folder.changes = 0;
  }

  private static long reset(Volume volume, RegularFile file) {
    file.links = 0;
    file.opens = 0;
    file.changes = 0;
    WriteBack.revert(volume, file);
    long allocated = 0;
    for (int i = 0; i < file.pages.count(); i++) {
      allocated += file.pages.at(i).allocated ? 1 : 0;
    }
    return allocated;
  }

  /** Gives all memory back. */
  static void discard(Volume volume) {
    volume.mount++;
    free(volume.root);
    for (RegularFile file : List.copyOf(volume.unsynced)) {
      file.free();
    }
  }

  private static void free(Folder folder) {
    for (Inode inode : folder.entries.values()) {
      switch (inode) {
        case Folder child -> free(child);
        case RegularFile file -> file.free();
        default -> {}
      }
    }
  }
}
