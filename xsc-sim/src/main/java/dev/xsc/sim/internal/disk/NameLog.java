// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.sim.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes of names that are not durable yet, in the order in which they were made. */
final class NameLog {
  private final Volume volume;
  private final List<Change> pending = new ArrayList<>();

  NameLog(Volume volume) {
    this.volume = volume;
  }

  /** What a name stood for and stands for now; null for nothing. */
  record Entry(Folder folder, String name, @Nullable Inode from, @Nullable Inode to) {}

  /** One or two entries that change together or not at all. */
  private static final class Change {
    final Entry first;
    final @Nullable Entry second;

    /** Whether a sync of the data of the new file needs it: it made the file. */
    final boolean creates;

    Change(Entry first, @Nullable Entry second, boolean creates) {
      this.first = first;
      this.second = second;
      this.creates = creates;
    }

    boolean touches(Folder folder) {
      return first.folder == folder || (second != null && second.folder == folder);
    }

    boolean concerns(Inode inode) {
      return first.to == inode || (second != null && second.to == inode);
    }

    Set<Key> keys() {
      Key key = key(first);
      return second == null ? Set.of(key) : Set.of(key, key(second));
    }

    private static Key key(Entry entry) {
      return new Key(entry.folder.number, entry.name);
    }
  }

  private record Key(long folder, String name) {}

  /** A name was given to a new file, or to one that had none. */
  void created(Entry entry) {
    add(new Change(entry, null, true));
  }

  /** A name was taken away. */
  void removed(Entry entry) {
    add(new Change(entry, null, false));
  }

  /** Two names changed together. */
  void moved(Entry from, Entry to) {
    add(new Change(from, to, false));
  }

  private void add(Change change) {
    count(change.first, 1);
    count(change.second, 1);
    pending.add(change);
  }

  private static void count(@Nullable Entry entry, int by) {
    if (entry != null && entry.from != null) {
      entry.from.changes += by;
    }
    if (entry != null && entry.to != null) {
      entry.to.changes += by;
    }
  }

  int size() {
    return pending.size();
  }

  // ---- syncs

  /** A directory was synced. */
  void syncFolder(Folder folder) {
    if (ordered()) {
      commit(last(change -> change.touches(folder) || change.concerns(folder)));
      return;
    }
    boolean[] chosen = new boolean[pending.size()];
    Set<Key> places = new HashSet<>();
    int before;
    do {
      before = places.size();
      choose(folder, chosen, places);
    } while (places.size() > before);
    List<Change> left = new ArrayList<>();
    for (int i = 0; i < chosen.length; i++) {
      if (chosen[i]) {
        apply(pending.get(i));
      } else {
        left.add(pending.get(i));
      }
    }
    pending.clear();
    pending.addAll(left);
  }

  /**
   * A change is durable only with earlier ones of the same names, and a file that moves to another
   * folder only with that folder's own name: else it would be lost on the way.
   *
   * @param places names of such folders, found so far and on return
   */
  private void choose(Folder folder, boolean[] chosen, Set<Key> places) {
    Set<Key> earlier = new HashSet<>();
    for (int i = chosen.length - 1; i >= 0; i--) {
      Change change = pending.get(i);
      Set<Key> keys = change.keys();
      chosen[i] =
          change.touches(folder)
              || keys.stream().anyMatch(earlier::contains)
              || keys.stream().anyMatch(places::contains);
      if (!chosen[i]) {
        continue;
      }
      earlier.addAll(keys);
      Entry second = change.second;
      if (second != null && second.folder != change.first.folder) {
        addPlace(change.first.folder, places);
        addPlace(second.folder, places);
      }
    }
  }

  private static void addPlace(Folder folder, Set<Key> places) {
    Folder at = folder;
    while (at.parent != null) {
      Folder parent = at.parent;
      for (var entry : parent.entries.entrySet()) {
        if (entry.getValue() == at) {
          places.add(new Key(parent.number, entry.getKey()));
        }
      }
      at = parent;
    }
  }

  /** A file was synced. */
  void syncFile(RegularFile file, boolean metadata) {
    if (ordered() && file.changes > 0) {
      commit(last(change -> change.concerns(file) && (metadata || change.creates)));
    }
  }

  private interface Test {
    boolean holds(Change change);
  }

  private int last(Test test) {
    for (int i = pending.size() - 1; i >= 0; i--) {
      if (test.holds(pending.get(i))) {
        return i + 1;
      }
    }
    return 0;
  }

  private void commit(int count) {
    List<Change> prefix = pending.subList(0, count);
    prefix.forEach(this::apply);
    prefix.clear();
  }

  private boolean ordered() {
    return volume.options.names() == DiskOptions.Names.ORDERED;
  }

  // ---- a power cut

  /** Makes durable what survives; the rest has not happened. */
  void cut() {
    boolean ordered = ordered();
    boolean stopped = false;
    Set<Key> dropped = new HashSet<>();
    for (Change change : pending) {
      boolean impossible =
          stopped
              || (!dropped.isEmpty() && change.keys().stream().anyMatch(dropped::contains))
              || !keepsEverything(change);
      if (impossible || volume.strikes(Fault.CRASH_LOST_NAME)) {
        dropped.addAll(change.keys());
        stopped = ordered;
      } else {
        apply(change);
      }
    }
    pending.clear();
  }

  /** Whether the medium still reaches what a change moves from one folder to another. */
  private boolean keepsEverything(Change change) {
    Entry second = change.second;
    if (second == null || second.folder == change.first.folder) {
      return true;
    }
    return second.folder.reachableOnMedium(volume.root, second.to)
        && change.first.folder.reachableOnMedium(volume.root, change.first.to);
  }

  private void apply(Change change) {
    // Both are taken away before both are set, so that a swap leaves the right parents.
    take(change.first);
    take(change.second);
    set(change.first);
    set(change.second);
    count(change.first, -1);
    count(change.second, -1);
    reclaim(change.first);
    reclaim(change.second);
  }

  private static void take(@Nullable Entry entry) {
    if (entry != null && entry.from != null) {
      entry.folder.onMedium.remove(entry.name);
      entry.from.linksOnMedium--;
      if (entry.from instanceof Folder folder) {
        folder.parentOnMedium = null;
      }
    }
  }

  private static void set(@Nullable Entry entry) {
    if (entry != null && entry.to != null) {
      entry.folder.onMedium.put(entry.name, entry.to);
      entry.to.linksOnMedium++;
      if (entry.to instanceof Folder folder) {
        folder.parentOnMedium = entry.folder;
      }
    }
  }

  private void reclaim(@Nullable Entry entry) {
    if (entry != null && entry.from != null) {
      volume.reclaim(entry.from);
    }
  }
}
