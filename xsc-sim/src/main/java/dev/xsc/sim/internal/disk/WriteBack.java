// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Errno;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.det.Choice;
import dev.xsc.sim.internal.det.Choices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How content gets from the page cache to the medium. Stateless. */
final class WriteBack {
  /** How often a file with unsynced content is written back before a write. */
  private static final double BACKGROUND = 0.05;

  private WriteBack() {}

  /** How likely the kernel writes back on its own; not at all where nothing unsynced survives. */
  static double background(Volume volume) {
    return volume.faults.probability(Fault.CRASH_LOST_WRITE) < 1 ? BACKGROUND : 0;
  }

  // ---- without a sync

  /** Brings some of a file's unsynced content to the medium, as decided for each page. */
  static void some(Volume volume, RegularFile file) {
    some(volume, List.of(file));
  }

  /** The same for several files, between which writes have an order as well. */
  static void some(Volume volume, List<RegularFile> files) {
    List<Owned> pages = new ArrayList<>();
    for (RegularFile file : files) {
      for (Page page : file.frozen ? List.<Page>of() : file.touched) {
        if (page.pending() != 0 || page.allocated != page.allocatedOnMedium) {
          pages.add(new Owned(file, page));
        }
      }
    }
    pages.sort(Comparator.comparingLong(owned -> owned.page.order));
    boolean reordered = volume.strikes(Fault.CRASH_REORDERED_WRITES);
    boolean stopped = false;
    for (Owned owned : pages) {
      if (stopped || volume.strikes(Fault.CRASH_LOST_WRITE)) {
        stopped = !reordered;
      } else {
        persistSome(volume, owned.page);
      }
    }
    for (RegularFile file : files) {
      if (!file.frozen && file.size != file.sizeOnMedium) {
        file.sizeOnMedium = survivingSize(volume, file);
      }
    }
  }

  private record Owned(RegularFile file, Page page) {}

  /** All pending sectors of a page, or some if it is torn. */
  private static void persistSome(Volume volume, Page page) {
    int mask = page.pending();
    int sector = volume.options.sector();
    if (mask == 0 || !volume.strikes(Fault.CRASH_TORN_SECTORS)) {
      page.persist(mask, sector, volume.pool);
      return;
    }
    int some = 0;
    for (int bit = 1; bit <= mask && bit > 0; bit <<= 1) {
      if ((mask & bit) != 0 && volume.choices().pick(Choice.CRASH_SECTORS, 2) == 0) {
        some |= bit;
      }
    }
    page.persist(some, sector, volume.pool);
  }

  /** The size that is on the medium without a sync. Shrinking has been decided before. */
  private static long survivingSize(Volume volume, RegularFile file) {
    if (volume.strikes(Fault.CRASH_LOST_WRITE)) {
      return file.sizeOnMedium;
    }
    long least = file.sizeOnMedium;
    long most = file.size;
    if (volume.options.names() == DiskOptions.Names.ORDERED) {
      // Data before size: the file does not reach past a page that the medium has not got.
      for (Page page : file.touched) {
        if (page.pending() != 0) {
          most = Math.min(most, Math.max(least, page.index << Page.SHIFT));
        }
      }
    }
    if (!volume.strikes(Fault.CRASH_TORN_SECTORS)) {
      return most;
    }
    // Written back in parts, which end with pages.
    long firstBoundary = (least >>> Page.SHIFT) + 1;
    long boundaries = Math.max(0, (most - 1 >>> Page.SHIFT) - firstBoundary + 1);
    long chosen = volume.choices().between(Choice.CRASH_STATE, 0, boundaries);
    return chosen == 0 ? most : firstBoundary + chosen - 1 << Page.SHIFT;
  }

  // ---- with a sync

  /**
   * Brings everything of a file to the medium, or a range of its pages.
   *
   * @throws ErrnoException EIO if a fault says so; then some of it is lost, and the next sync
   *     succeeds without it
   */
  static void sync(Volume volume, RegularFile file, long from, long to) throws ErrnoException {
    boolean whole = from == 0 && to == Long.MAX_VALUE;
    if (volume.strikes(Fault.DISK_SYNC_ERROR)) {
      fail(volume, file, from, to);
      throw new ErrnoException(Errno.EIO);
    }
    // What was removed is journalled before what came after it.
    boolean ordered = volume.options.names() == DiskOptions.Names.ORDERED;
    boolean all = whole || file.frozen || ordered;
    file.frozen = false;
    List<Page> touched = file.touched;
    int kept = 0;
    for (int i = 0; i < touched.size(); i++) {
      Page page = touched.get(i);
      long start = page.index << Page.SHIFT;
      if (all || (start < to && start + Page.SIZE > from)) {
        syncPage(volume, file, page);
      }
      if (page.pending() != 0 || page.stale != 0) {
        touched.set(kept++, page);
      } else {
        page.touched = false;
        if (!page.allocated && page.blank()) {
          file.pages.remove(page);
        }
      }
    }
    touched.subList(kept, touched.size()).clear();
    file.sizeOnMedium = file.size;
    if (all) {
      file.unlist();
    }
    if (ordered) {
      flushMedium(volume);
    }
  }

  private static void syncPage(Volume volume, RegularFile file, Page page) {
    int mask = page.pending();
    if (mask == 0) {
      page.allocatedOnMedium = page.allocated;
      return;
    }
    Page astray = null;
    boolean lost = volume.strikes(Fault.DISK_LOST_WRITE);
    if (!lost && volume.strikes(Fault.DISK_MISDIRECTED_WRITE)) {
      astray = other(volume, file, page);
    }
    if (!lost && astray == null) {
      page.persist(mask, volume.options.sector(), volume.pool);
      return;
    }
    if (astray != null) {
      int sector = volume.options.sector();
      Page.copySectors(mask, page.now, astray.writableMedium(volume.pool), sector);
      // The cache still holds what should be there, and nobody knows.
      astray.stale |= mask & ~astray.pending();
    }
    page.stale |= mask;
    page.dirty = 0;
    page.cached = 0;
    page.allocatedOnMedium = page.allocated;
  }

  private static @Nullable Page other(Volume volume, RegularFile file, Page page) {
    int count = file.pages.count();
    if (count < 2) {
      return null;
    }
    int chosen = volume.choices().pick(Choice.DISK_PLACE, count);
    Page found = file.pages.at(chosen);
    if (found == page) {
      found = file.pages.at((chosen + 1) % count);
    }
    // It differs from the medium from now on, which a power cut has to know.
    file.touch(found);
    return found;
  }

  /** A sync that fails: some content arrives, the rest counts as written and is not. */
  private static void fail(Volume volume, RegularFile file, long from, long to) {
    Choices choices = volume.choices();
    for (Page page : file.touched) {
      long start = page.index << Page.SHIFT;
      if (start < to && start + Page.SIZE > from && !file.frozen && page.pending() != 0) {
        if (choices.pick(Choice.CRASH_STATE, 2) == 0) {
          page.persist(page.pending(), volume.options.sector(), volume.pool);
        } else {
          page.stale |= page.pending();
          page.dirty = 0;
          page.cached = 0;
        }
      }
    }
    file.syncErrors++;
  }

  /** A sync empties the medium's own cache; only a journalled file system is trusted with that. */
  private static void flushMedium(Volume volume) {
    for (RegularFile file : volume.unsynced) {
      for (Page page : file.frozen ? List.<Page>of() : file.touched) {
        if (page.cached != 0) {
          page.persist(page.cached, volume.options.sector(), volume.pool);
        }
      }
    }
  }

  // ---- after a power cut

  /** Makes what the medium holds all there is. */
  static void revert(Volume volume, RegularFile file) {
    for (Page page : file.touched) {
      page.revert(volume.pool);
      page.touched = false;
      if (!page.allocated && page.blank()) {
        file.pages.remove(page);
      }
    }
    file.touched.clear();
    file.frozen = false;
    file.listed = false;
    file.syncErrors = 0;
    file.size = file.sizeOnMedium;
    file.cutTail();
  }
}
