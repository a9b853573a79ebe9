// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The descriptor table of a machine: small numbers for open files, the lowest free one first.
 * Shared by all rings of the machine; any thread.
 */
public final class Descriptors {
  /**
   * First descriptor: far from those of the process itself, so that one is never taken for the
   * other.
   */
  public static final int FIRST = 1000;

  /** Most files that are open at a time. */
  public static final int LIMIT = 1 << 16;

  /** Written under this object's monitor; read without it, a slot at a time. */
  private volatile @Nullable OpenFile[] table = new OpenFile[64];

  private final BitSet used = new BitSet();

  Descriptors() {}

  /** Gives a file the lowest free descriptor, or returns {@code -EMFILE}. */
  synchronized int install(OpenFile file) {
    int index = used.nextClearBit(0);
    if (index >= LIMIT) {
      return -Errno.EMFILE;
    }
    if (index >= table.length) {
      table = Arrays.copyOf(table, table.length * 2);
    }
    used.set(index);
    set(index, file);
    return FIRST + index;
  }

  /** The file behind a descriptor with a share for the caller, or null. */
  @Nullable OpenFile hold(int fd) {
    OpenFile file = get(fd);
    return file != null && file.hold() ? file : null;
  }

  /** The file behind a descriptor, or null; it may close at any time. */
  @Nullable OpenFile get(int fd) {
    @Nullable OpenFile[] seen = table;
    int index = fd - FIRST;
    return index >= 0 && index < seen.length ? seen[index] : null;
  }

  /**
   * Takes a descriptor away from its file, whose share passes to the caller; null if there is none.
   */
  synchronized @Nullable OpenFile remove(int fd) {
    OpenFile file = get(fd);
    if (file != null) {
      int index = fd - FIRST;
      used.clear(index);
      set(index, null);
    }
    return file;
  }

  /** How many are open. */
  public synchronized int count() {
    return used.cardinality();
  }

  private void set(int index, @Nullable OpenFile file) {
    @Nullable OpenFile[] current = table;
    current[index] = file;
    // Published: a reader loads this field first.
    table = current;
  }
}
