// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

/**
 * 4 KiB of a file: what programs see, and what the medium holds. As long as the two are the same
 * they are one array, which is then never written: {@link #writable} makes a copy first.
 *
 * <p>Sectors are bits of a mask, the first the lowest.
 */
@SuppressWarnings("ReferenceEquality") // Whether two sides share one array is what matters here.
final class Page {
  static final int SHIFT = 12;
  static final int SIZE = 1 << SHIFT;

  /** Content of a page that nothing was written to; never changed. */
  static final byte[] ZEROS = new byte[SIZE];

  /** Number of this page in its file. */
  final long index;

  /** What programs see. */
  byte[] now = ZEROS;

  /** What a power cut leaves. */
  byte[] medium = ZEROS;

  /** Sectors in the page cache that the medium has not got. */
  int dirty;

  /** Sectors in the medium's own cache, which a power cut empties as well. */
  int cached;

  /**
   * Sectors that the page cache believes the medium to hold, and that it does not: after a failed
   * sync, or a write that was lost or went astray.
   */
  int stale;

  /** Whether it takes room; else a hole. */
  boolean allocated;

  /** {@link #allocated} as a power cut leaves it. */
  boolean allocatedOnMedium;

  /** Which mount has it in its page cache. */
  int loadedBy;

  /** When it was last written, counted in writes. */
  long order;

  /** Whether it is among its file's touched pages. */
  boolean touched;

  Page(long index) {
    this.index = index;
  }

  /** Sectors that are not on the medium, and that a sync would bring there. */
  int pending() {
    return dirty | cached;
  }

  /** Whether programs see an array of the medium's. */
  boolean same() {
    return now == medium;
  }

  /** Whether programs see zeros that were never written. */
  boolean blank() {
    return now == ZEROS;
  }

  /** Whether the medium has zeros that were never written. */
  boolean blankOnMedium() {
    return medium == ZEROS;
  }

  /** The array to write to. */
  byte[] writable(PagePool pool, boolean whole) {
    if (now == medium || now == ZEROS) {
      byte[] copy = pool.take();
      if (!whole) {
        System.arraycopy(now, 0, copy, 0, SIZE);
      }
      now = copy;
    }
    return now;
  }

  /** The array to change on the medium, without a change to what programs see. */
  byte[] writableMedium(PagePool pool) {
    if (medium == now || medium == ZEROS) {
      byte[] copy = pool.take();
      System.arraycopy(medium, 0, copy, 0, SIZE);
      medium = copy;
    }
    return medium;
  }

  /** Brings some of the pending sectors to the medium. */
  void persist(int mask, int sector, PagePool pool) {
    if (mask == pending() && stale == 0) {
      if (medium != now) {
        pool.give(medium);
        medium = now;
      }
    } else if (mask != 0) {
      copySectors(mask, now, writableMedium(pool), sector);
    }
    dirty &= ~mask;
    cached &= ~mask;
    allocatedOnMedium = allocated;
  }

  /** Forgets what the medium has not got. */
  void revert(PagePool pool) {
    if (now != medium) {
      pool.give(now);
      now = medium;
    }
    dirty = 0;
    cached = 0;
    stale = 0;
    allocated = allocatedOnMedium;
  }

  /** Gives the memory back; the page must not be used any more. */
  void free(PagePool pool) {
    revert(pool);
    pool.give(medium);
    now = ZEROS;
    medium = ZEROS;
  }

  /** Copies sectors between arrays. */
  static void copySectors(int mask, byte[] from, byte[] to, int sector) {
    for (int at = 0, bit = 1; at < SIZE; at += sector, bit <<= 1) {
      if ((mask & bit) != 0) {
        System.arraycopy(from, at, to, at, sector);
      }
    }
  }

  /** The sectors that a range of bytes touches. */
  static int mask(int from, int to, int sector) {
    int first = from / sector;
    int last = (to - 1) / sector;
    return (int) ((1L << last + 1) - (1L << first));
  }
}
