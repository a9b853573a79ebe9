// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Errno;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.det.Choices;
import dev.xsc.sim.internal.det.Faults;
import dev.xsc.sim.internal.det.Timeline;
import java.util.ArrayList;
import java.util.List;

/** What stays when a disk is mounted again: the medium, and what is accounted for on it. */
final class Volume {
  static final int FIRST_INODE = 2;

  final Timeline time;
  final Faults faults;
  final DiskOptions options;
  final PagePool pool;
  final NameLog names;
  final Folder root;

  /** Files with something that the medium has not got; some may have been synced since. */
  final List<RegularFile> unsynced = new ArrayList<>();

  /** Number of the present mount; whatever belongs to an earlier one is dead. */
  int mount = 1;

  private long nextInode = FIRST_INODE;
  private long usedPages;
  private long writes;

  Volume(Timeline time, Faults faults, DiskOptions options, PagePool pool) {
    this.time = time;
    this.faults = faults;
    this.options = options;
    this.pool = pool;
    root = new Folder(newInode(), 0755, time.now());
    root.linksOnMedium = 1;
    names = new NameLog(this);
  }

  Choices choices() {
    return faults.choices();
  }

  boolean strikes(Fault fault) {
    return faults.strikes(fault);
  }

  long newInode() {
    return nextInode++;
  }

  /** Numbers writes, to tell what came first. */
  long nextWrite() {
    return ++writes;
  }

  // ---- room

  long usedPages() {
    return usedPages;
  }

  long freePages() {
    return Math.max(0, faults.limit(FaultPlan.Limit.DISK_SIZE) / Page.SIZE - usedPages);
  }

  /** Takes room for a page; false if there is none. */
  boolean allocate(Page page) {
    if (page.allocated) {
      return true;
    }
    if (freePages() == 0) {
      return false;
    }
    page.allocated = true;
    usedPages++;
    return true;
  }

  void release(Page page) {
    if (page.allocated) {
      page.allocated = false;
      usedPages--;
    }
  }

  void countAgain(long pages) {
    usedPages = pages;
  }

  /** ENOSPC for something new, if there is no room or a fault says so. */
  void requireRoom() throws ErrnoException {
    if (freePages() == 0 || strikes(Fault.DISK_FULL)) {
      throw new ErrnoException(Errno.ENOSPC);
    }
  }

  // ---- lives

  /** Frees a file that has neither a name nor a user, now and after any power cut. */
  void reclaim(Inode inode) {
    if (inode instanceof RegularFile file && file.links == 0 && file.opens == 0) {
      file.releaseRoom();
      if (file.linksOnMedium == 0 && file.changes == 0) {
        file.free();
      }
    }
  }
}
