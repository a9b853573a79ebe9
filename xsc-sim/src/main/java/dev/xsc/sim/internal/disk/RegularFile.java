// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.det.Choice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regular file: pages and a size as programs see them, and as the medium holds them. What brings
 * the two together is in {@link WriteBack}.
 */
final class RegularFile extends Inode {
  private static final int SECTORS_PER_PAGE = Page.SIZE / 512;

  /** How often a page that the cache only believes to be on the medium is dropped from it. */
  private static final double EVICTION = 0.1;

  final PageMap pages = new PageMap();

  /** Pages that may differ from the medium. */
  final List<Page> touched = new ArrayList<>();

  long size;
  long sizeOnMedium;

  /**
   * Whether content was removed that the medium keeps until the next sync: until then nothing else
   * reaches it, as a journal keeps the order of what frees and what uses a block.
   */
  boolean frozen;

  /** Syncs that failed, each of which every open file is told of once. */
  int syncErrors;

  /** Whether it is in {@link Volume#unsynced}. */
  boolean listed;

  private final Volume volume;

  RegularFile(Volume volume, int permissions) {
    super(volume.newInode(), Posix.S_IFREG | permissions, volume.time.now());
    this.volume = volume;
  }

  @Override
  long size() {
    return size;
  }

  @Override
  long blocks() {
    long allocated = 0;
    for (int i = 0; i < pages.count(); i++) {
      allocated += pages.at(i).allocated ? SECTORS_PER_PAGE : 0;
    }
    return allocated;
  }

  // ---- transfers

  /** Copies what is there; the range lies within the file. */
  void read(MemorySegment to, long offset, int length, boolean direct) {
    int done = 0;
    while (done < length) {
      int at = (int) (offset + done) & Page.SIZE - 1;
      int n = Math.min(length - done, Page.SIZE - at);
      Page page = pages.get(offset + done >>> Page.SHIFT);
      if (page == null) {
        to.asSlice(done, n).fill((byte) 0);
      } else {
        load(page, direct);
        MemorySegment.copy(page.now, at, to, JAVA_BYTE, done, n);
      }
      done += n;
    }
    accessed = volume.time.now();
  }

  /** Sees to it that a page is in the page cache, or is what the medium holds. */
  private void load(Page page, boolean direct) {
    if (direct) {
      page.cached |= page.dirty;
      page.dirty = 0;
    }
    boolean forget = direct || volume.choices().happens(Choice.DISK_PLACE, evictable(page));
    if (forget && page.pending() == 0) {
      evict(page);
    }
    if (page.loadedBy == volume.mount) {
      return;
    }
    page.loadedBy = volume.mount;
    if (!page.blankOnMedium() && page.pending() == 0 && volume.strikes(Fault.DISK_BIT_ROT)) {
      long bit = volume.choices().between(Choice.DISK_PLACE, 0, Page.SIZE * 8L - 1);
      // On the medium, so it stays: the array is the page's own even if it serves both sides.
      page.medium[(int) (bit >>> 3)] ^= (byte) (1 << (bit & 7));
    }
  }

  private static double evictable(Page page) {
    return page.stale == 0 ? 0 : EVICTION;
  }

  /** Drops a page without pending sectors from the page cache. */
  void evict(Page page) {
    if (!page.same() && page.pending() == 0 && !frozen) {
      volume.pool.give(page.now);
      page.now = page.medium;
      page.stale = 0;
    }
    page.loadedBy = 0;
  }

  /**
   * Copies what there is room for.
   *
   * @return bytes; 0 if there is no room at all
   */
  int write(MemorySegment from, long offset, int length, boolean direct) {
    backgroundWriteBack();
    int done = 0;
    while (done < length) {
      int at = (int) (offset + done) & Page.SIZE - 1;
      int n = Math.min(length - done, Page.SIZE - at);
      Page page = pages.make(offset + done >>> Page.SHIFT);
      if (!volume.allocate(page)) {
        break;
      }
      MemorySegment.copy(from, JAVA_BYTE, done, page.writable(volume.pool, n == Page.SIZE), at, n);
      mark(page, at, at + n, direct);
      done += n;
    }
    if (done > 0) {
      size = Math.max(size, offset + done);
      modified(volume.time.now());
      list();
    }
    return done;
  }

  /** The medium has not got these bytes of a page. */
  private void mark(Page page, int from, int to, boolean direct) {
    int mask = Page.mask(from, to, volume.options.sector());
    page.stale &= ~mask;
    if (direct) {
      page.cached |= mask;
      page.dirty &= ~mask;
    } else {
      page.dirty |= mask;
      page.cached &= ~mask;
    }
    page.loadedBy = volume.mount;
    page.order = volume.nextWrite();
    touch(page);
  }

  /** The kernel may write back at any time, so it may do so just before any write. */
  private void backgroundWriteBack() {
    if (listed && volume.choices().happens(Choice.CRASH_STATE, WriteBack.background(volume))) {
      WriteBack.some(volume, this);
    }
  }

  // ---- sizes and holes

  /** Sets the size. */
  void resize(long newSize) {
    if (newSize < size) {
      boolean applied = removalApplies(newSize, size);
      remove(newSize, Long.MAX_VALUE, applied, false);
      if (applied) {
        sizeOnMedium = Math.min(sizeOnMedium, newSize);
      }
    } else if (newSize == size) {
      // Nothing changes but that room behind the end is given back.
      long end = (size + Page.SIZE - 1) / Page.SIZE * Page.SIZE;
      remove(end, Long.MAX_VALUE, !frozen && sizeOnMedium <= size, false);
    }
    size = newSize;
    modified(volume.time.now());
    list();
  }

  /** Makes a range zeros; a hole, unless it is to keep its room. */
  void clear(long from, long to, boolean keepRoom) {
    remove(from, to, removalApplies(from, to), keepRoom);
    modified(volume.time.now());
    list();
  }

  /** Takes room for a range; false if there is not enough, and then none is taken. */
  boolean reserve(long from, long to) {
    long first = from >>> Page.SHIFT;
    long last = to - 1 >>> Page.SHIFT;
    long missing = last - first + 1;
    for (int i = pages.position(first); i < pages.count() && pages.at(i).index <= last; i++) {
      missing -= pages.at(i).allocated ? 1 : 0;
    }
    if (missing > volume.freePages()) {
      return false;
    }
    for (long index = first; index <= last; index++) {
      Page page = pages.make(index);
      if (!page.allocated && volume.allocate(page)) {
        touch(page);
      }
    }
    list();
    return true;
  }

  /**
   * Whether a removal of content is to be on the medium if the power is cut before the next sync.
   * Decided now, not then: programs cannot tell the difference, and only one of the two states has
   * to be kept.
   */
  private boolean removalApplies(long from, long to) {
    if (frozen) {
      return false;
    }
    boolean known = from < sizeOnMedium;
    long last = to - 1 >>> Page.SHIFT;
    for (int i = pages.position(from >>> Page.SHIFT); !known && i < pages.count(); i++) {
      Page page = pages.at(i);
      if (page.index > last) {
        break;
      }
      known = !page.blankOnMedium();
    }
    if (!known || !volume.strikes(Fault.CRASH_LOST_WRITE)) {
      return true;
    }
    WriteBack.some(volume, this);
    frozen = true;
    return false;
  }

  private void remove(long from, long to, boolean applied, boolean keepRoom) {
    int i = pages.position(from >>> Page.SHIFT);
    while (i < pages.count() && pages.at(i).index << Page.SHIFT < to) {
      Page page = pages.at(i);
      long start = page.index << Page.SHIFT;
      int first = (int) Math.max(0, from - start);
      int end = (int) Math.min(Page.SIZE, to - start);
      if (first == 0 && end == Page.SIZE) {
        i += removeWhole(page, applied, keepRoom) ? 0 : 1;
      } else {
        Arrays.fill(page.writable(volume.pool, false), first, end, (byte) 0);
        if (applied && !page.blankOnMedium()) {
          Arrays.fill(page.writableMedium(volume.pool), first, end, (byte) 0);
        }
        mark(page, first, end, false);
        i++;
      }
    }
    touched.removeIf(page -> !page.touched);
  }

  /** Whether the page has left the map. */
  private boolean removeWhole(Page page, boolean applied, boolean keepRoom) {
    if (!keepRoom) {
      volume.release(page);
    }
    if (applied) {
      boolean room = page.allocated;
      boolean roomOnMedium = page.allocatedOnMedium && keepRoom;
      page.free(volume.pool);
      page.allocated = room;
      page.allocatedOnMedium = roomOnMedium;
      if (keepRoom) {
        return false;
      }
      page.touched = false;
      pages.remove(page);
      return true;
    }
    if (!page.same()) {
      volume.pool.give(page.now);
    }
    page.now = Page.ZEROS;
    mark(page, 0, Page.SIZE, false);
    return false;
  }

  // ---- bookkeeping

  void touch(Page page) {
    if (!page.touched) {
      page.touched = true;
      touched.add(page);
    }
  }

  void list() {
    if (!listed) {
      listed = true;
      volume.unsynced.add(this);
    }
  }

  void unlist() {
    if (listed) {
      listed = false;
      volume.unsynced.remove(this);
    }
  }

  /** After a power cut: what had reached the medium behind the size is not part of the file. */
  void cutTail() {
    int i = pages.position(size >>> Page.SHIFT);
    while (i < pages.count()) {
      Page page = pages.at(i);
      int within = (int) Math.max(0, size - (page.index << Page.SHIFT));
      if (within == 0 && !page.blank()) {
        page.free(volume.pool);
        pages.remove(page);
        continue;
      }
      if (!page.blank()) {
        // Reverted: both sides are one array, which is the page's own.
        Arrays.fill(page.now, within, Page.SIZE, (byte) 0);
      }
      i++;
    }
  }

  /** Its pages no longer count as used. */
  void releaseRoom() {
    for (int i = 0; i < pages.count(); i++) {
      volume.release(pages.at(i));
    }
  }

  /** Gives all memory back. */
  void free() {
    for (int i = 0; i < pages.count(); i++) {
      pages.at(i).free(volume.pool);
    }
    pages.clear();
    touched.clear();
    unlist();
  }
}
