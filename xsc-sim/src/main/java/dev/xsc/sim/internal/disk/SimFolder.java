// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Errno;
import dev.xsc.sim.Fault;
import dev.xsc.sim.internal.DirectoryFile;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileStat;

/** An open directory. */
final class SimFolder implements DirectoryFile {
  private final SimDisk disk;
  private final Folder folder;

  SimFolder(SimDisk disk, Folder folder) {
    this.disk = disk;
    this.folder = folder;
    folder.opens++;
  }

  Folder folder() {
    return folder;
  }

  boolean belongsTo(SimDisk other) {
    return disk == other;
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public void force() throws ErrnoException {
    disk.requireMounted();
    if (disk.volume().strikes(Fault.DISK_SYNC_ERROR)) {
      throw new ErrnoException(Errno.EIO);
    }
    disk.volume().names.syncFolder(folder);
  }

  @Override
  public void stat(FileStat to) throws ErrnoException {
    disk.requireMounted();
    folder.stat(to, disk.volume().options.uid());
  }

  @Override
  public void close() {
    folder.opens--;
  }

  @Override
  public String toString() {
    return "folder " + folder.number;
  }
}
