// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The pages of a file, by number; those that are missing are holes. Sorted arrays. */
final class PageMap {
  private @Nullable Page[] pages = new Page[4];
  private int count;

  int count() {
    return count;
  }

  Page at(int position) {
    Page page = pages[position];
    if (page == null) {
      throw new IndexOutOfBoundsException("page " + position + " of " + count);
    }
    return page;
  }

  /** The page with this number, or null. */
  @Nullable Page get(long index) {
    int position = position(index);
    return position < count && at(position).index == index ? pages[position] : null;
  }

  /** The page with this number, made if it is missing. */
  Page make(long index) {
    int position = position(index);
    if (position < count && at(position).index == index) {
      return at(position);
    }
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, count * 2);
    }
    System.arraycopy(pages, position, pages, position + 1, count - position);
    Page page = new Page(index);
    pages[position] = page;
    count++;
    return page;
  }

  /** Takes a page out. */
  void remove(Page page) {
    int position = position(page.index);
    System.arraycopy(pages, position + 1, pages, position, count - position - 1);
    pages[--count] = null;
  }

  /** Where the first page is that has this number or a greater one. */
  int position(long index) {
    // Most files grow at their end.
    if (count == 0 || at(count - 1).index < index) {
      return count;
    }
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(middle).index < index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  void clear() {
    Arrays.fill(pages, 0, count, null);
    count = 0;
  }
}
