// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.disk.NameLog.Entry;
import org.jspecify.annotations.Nullable;

/** Making, changing and removing names, with the checks in Linux's order. Stateless. */
final class Names {
  private static final int WRITE_AND_SEARCH = 3;

  private Names() {}

  /** Gives a new file the name that was walked to, which must not exist. */
  static void add(Volume volume, Walk walk, Inode inode) throws ErrnoException {
    requireAlive(walk.parent);
    walk.require(walk.parent, WRITE_AND_SEARCH);
    volume.requireRoom();
    Entry entry = new Entry(walk.parent, walk.last, null, inode);
    set(volume, entry);
    volume.names.created(entry);
  }

  static void unlink(Volume volume, Walk walk, boolean directory) throws ErrnoException {
    if (!walk.named()) {
      throw new ErrnoException(
          !directory
              ? Errno.EISDIR
              : walk.last.isEmpty()
                  ? Errno.EBUSY
                  : walk.last.equals(".") ? Errno.EINVAL : Errno.ENOTEMPTY);
    }
    Inode found = walk.found();
    if (found == null) {
      throw new ErrnoException(Errno.ENOENT);
    }
    boolean isFolder = found instanceof Folder;
    if (!directory && walk.slash && !isFolder) {
      throw new ErrnoException(Errno.ENOTDIR);
    }
    walk.require(walk.parent, WRITE_AND_SEARCH);
    if (isFolder != directory) {
      throw new ErrnoException(directory ? Errno.ENOTDIR : Errno.EISDIR);
    }
    requireEmpty(found);
    Entry entry = new Entry(walk.parent, walk.last, found, null);
    set(volume, entry);
    volume.names.removed(entry);
    volume.reclaim(found);
  }

  static void rename(Volume volume, Walk from, Walk to, int flags) throws ErrnoException {
    boolean exchange = flags == Posix.RENAME_EXCHANGE;
    if (!from.named()) {
      throw new ErrnoException(Errno.EBUSY);
    }
    if (!to.named()) {
      throw new ErrnoException(flags == Posix.RENAME_NOREPLACE ? Errno.EEXIST : Errno.EBUSY);
    }
    Inode source = from.found();
    if (source == null) {
      throw new ErrnoException(Errno.ENOENT);
    }
    Inode target = to.found();
    if (flags == Posix.RENAME_NOREPLACE && target != null) {
      throw new ErrnoException(Errno.EEXIST);
    }
    if (exchange && target == null) {
      throw new ErrnoException(Errno.ENOENT);
    }
    requireShapes(from, source, to, target, exchange);
    if (source == target) {
      // Two names of one file, or one name twice: nothing happens.
      return;
    }
    requireAlive(to.parent);
    from.require(from.parent, WRITE_AND_SEARCH);
    to.require(to.parent, WRITE_AND_SEARCH);
    if (!exchange && target != null) {
      if (source instanceof Folder != target instanceof Folder) {
        throw new ErrnoException(source instanceof Folder ? Errno.ENOTDIR : Errno.EISDIR);
      }
      requireEmpty(target);
    }
    Entry first = new Entry(from.parent, from.last, source, exchange ? target : null);
    Entry second = new Entry(to.parent, to.last, target, source);
    unset(volume, first);
    unset(volume, second);
    set(volume, first);
    set(volume, second);
    if (target instanceof Folder replaced && !exchange) {
      remove(replaced);
    }
    volume.names.moved(first, second);
    if (target != null) {
      volume.reclaim(target);
    }
  }

  /** A folder cannot move into itself, and a slash behind a name says that it is a folder's. */
  private static void requireShapes(
      Walk from, Inode source, Walk to, @Nullable Inode target, boolean exchange)
      throws ErrnoException {
    boolean slashAtFile = from.slash && !(source instanceof Folder);
    boolean slashAtNew =
        to.slash && (exchange ? !(target instanceof Folder) : !(source instanceof Folder));
    if (slashAtFile || slashAtNew) {
      throw new ErrnoException(Errno.ENOTDIR);
    }
    if (source instanceof Folder folder && to.parent.isWithin(folder)) {
      throw new ErrnoException(Errno.EINVAL);
    }
    if (target instanceof Folder folder && from.parent.isWithin(folder)) {
      throw new ErrnoException(exchange ? Errno.EINVAL : Errno.ENOTEMPTY);
    }
  }

  /** Has programs see an entry's new state. */
  private static void set(Volume volume, Entry entry) {
    Folder folder = entry.folder();
    Inode to = entry.to();
    if (to == null) {
      unset(volume, entry);
      if (entry.from() instanceof Folder gone) {
        remove(gone);
      }
      return;
    }
    folder.entries.put(entry.name(), to);
    to.changed = volume.time.now();
    folder.modified(volume.time.now());
    if (to instanceof Folder child) {
      child.parent = folder;
      child.removed = false;
      child.links = 2 + subfolders(child);
      folder.links++;
    } else {
      to.links++;
    }
  }

  private static void unset(Volume volume, Entry entry) {
    Inode from = entry.from();
    if (from == null || entry.folder().entries.remove(entry.name()) == null) {
      return;
    }
    from.changed = volume.time.now();
    entry.folder().modified(volume.time.now());
    if (from instanceof Folder) {
      entry.folder().links--;
    } else {
      from.links--;
    }
  }

  private static int subfolders(Folder folder) {
    int count = 0;
    for (Inode inode : folder.entries.values()) {
      count += inode instanceof Folder ? 1 : 0;
    }
    return count;
  }

  private static void remove(Folder folder) {
    folder.removed = true;
    folder.parent = null;
    folder.links = 0;
  }

  private static void requireEmpty(Inode inode) throws ErrnoException {
    if (inode instanceof Folder folder && !folder.entries.isEmpty()) {
      throw new ErrnoException(Errno.ENOTEMPTY);
    }
  }

  private static void requireAlive(Folder folder) throws ErrnoException {
    if (folder.removed) {
      throw new ErrnoException(Errno.ENOENT);
    }
  }
}
