// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

/**
 * What kind of disk and file system is simulated. Immutable.
 *
 * @param sector bytes that the medium writes as a whole, and that {@code O_DIRECT} is aligned to:
 *     512 or 4096
 * @param names what is promised about names without a sync of their directory
 * @param largestFile bytes that a file can have; more is {@code EFBIG}
 * @param uid who uses it; 0 is not stopped by permission bits
 */
public record DiskOptions(int sector, Names names, long largestFile, int uid) {
  /** What a power cut does to names that were made, changed or removed. */
  public enum Names {
    /**
     * As POSIX has it: only a sync of the directory makes its entries durable. Without one, each
     * change may be there or not, whatever happened to others of other names; a change on its own
     * is whole, so a rename never leaves neither name. A sync of a file says nothing about its
     * name.
     */
    STRICT,
    /**
     * As in a journalled file system (ext4 with {@code data=ordered}, XFS): changes become durable
     * in the order in which they were made, and a power cut leaves a prefix of them. A sync of a
     * file also makes its own name durable, with every change before; a sync of a directory all
     * changes up to its last one. What such file systems do besides to save programs that do not
     * sync, such as ext4's {@code auto_da_alloc}, is left out on purpose.
     */
    ORDERED
  }

  /** 512-byte sectors, strict, files up to 16 TiB as on ext4, used by root. */
  public static final DiskOptions USUAL =
      new DiskOptions(512, Names.STRICT, (1L << 44) - Page.SIZE, 0);

  /** Checks the values. */
  public DiskOptions {
    if (sector != 512 && sector != Page.SIZE) {
      throw new IllegalArgumentException("sector of " + sector + " bytes: use 512 or 4096");
    }
    if (largestFile < Page.SIZE) {
      throw new IllegalArgumentException(
          "largest file of " + largestFile + " bytes: at least " + Page.SIZE);
    }
  }

  /** The same with other promises about names. */
  public DiskOptions with(Names other) {
    return new DiskOptions(sector, other, largestFile, uid);
  }

  /** The same with other sectors. */
  public DiskOptions withSector(int bytes) {
    return new DiskOptions(bytes, names, largestFile, uid);
  }

  /** The same with another limit of file sizes. */
  public DiskOptions withLargestFile(long bytes) {
    return new DiskOptions(sector, names, bytes, uid);
  }

  /** The same for another user. */
  public DiskOptions withUser(int id) {
    return new DiskOptions(sector, names, largestFile, id);
  }
}
