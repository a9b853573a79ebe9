// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import java.util.ArrayList;
import java.util.List;

/**
 * Arrays of a page that are not in use, so that one simulation after the other uses the same
 * memory. One thread at a time; may be handed on from simulation to simulation.
 */
public final class PagePool {
  /** Most that are kept: 64 MiB. */
  private static final int LIMIT = 1 << 14;

  private final List<byte[]> free = new ArrayList<>();

  /** An empty pool. */
  public PagePool() {}

  /** An array with any content. */
  byte[] take() {
    return free.isEmpty() ? new byte[Page.SIZE] : free.removeLast();
  }

  /** Takes an array back that nobody uses any more. */
  @SuppressWarnings("ReferenceEquality") // This very array is shared, not any one like it.
  void give(byte[] page) {
    if (page != Page.ZEROS && free.size() < LIMIT) {
      free.add(page);
    }
  }

  /** How many arrays are kept. */
  public int size() {
    return free.size();
  }
}
