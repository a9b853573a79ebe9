// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeLayout;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Consumer side of the submission queue: copies entries, checks them, and strings linked ones
 * together.
 *
 * <p>Used by one thread: the ring's owner inside {@code enter}, or the engine's thread if the ring
 * polls.
 */
public final class Taker {
  private final MemorySegment headWord;
  private final MemorySegment tailWord;
  private final MemorySegment droppedWord;
  private final MemorySegment entries;
  private final @Nullable Object @Nullable [] references;
  private final int capacity;
  private final RequestPool pool;
  private final Preparation preparation;
  private int head;

  Taker(RingMemory memory, RequestPool pool, Preparation preparation) {
    RingMemory.Submission sq = memory.sq();
    headWord = sq.head();
    tailWord = sq.tail();
    droppedWord = sq.dropped();
    entries = sq.entries();
    references = memory.references();
    capacity = sq.capacity();
    this.pool = pool;
    this.preparation = preparation;
  }

  /** Whether there is something to take. */
  public boolean ready() {
    return Words.getAcquire(tailWord) != head;
  }

  /** Entries that can be taken now. */
  int available() {
    // Pairs with the user side's store-release of tail: the entries and references are visible
    // after it.
    int offered = Words.getAcquire(tailWord) - head;
    if (Integer.compareUnsigned(offered, capacity) <= 0) {
      return offered;
    }
    // A tail that no correct user side can have stored. What lies further than the queue is long
    // cannot be read.
    int excess = offered - capacity;
    Words.setRelease(droppedWord, Words.getPlain(droppedWord) + excess);
    head += excess;
    return capacity;
  }

  /**
   * Takes the next entry with all that is linked behind it.
   *
   * @param limit entries that may be taken, at least 1: a chain ends there at the latest
   */
  Request takeUnit(int limit) {
    Request first = takeEntry(null);
    Request last = first;
    for (int taken = 1; last.linksNext() && taken < limit; taken++) {
      Request next = takeEntry(last);
      last.next = next;
      if (next.malformed && !first.malformed) {
        // Known before the chain starts, so it does not start: its head is told ECANCELED, this
        // entry its own error.
        first.malformed = true;
        first.error = -Errno.ECANCELED;
      }
      last = next;
    }
    // Pairs with the user side's load-acquire of head: we have copied the entries before it reuses
    // their slots.
    Words.setRelease(headWord, head);
    return first;
  }

  private Request takeEntry(@Nullable Request before) {
    int slot = head++ & capacity - 1;
    Request r = pool.take();
    r.copy(entries, (long) slot * SqeLayout.SIZE);
    if (references != null) {
      r.reference = references[slot];
      // Ours until head moves: the objects must not be kept alive by a slot that is not used for
      // long.
      references[slot] = null;
    }
    r.row = OpTable.row(r.opcode);
    r.error = check(r, before);
    r.malformed = r.error != 0;
    if (r.error == 0) {
      preparation.prepare(r);
    }
    return r;
  }

  private static int check(Request r, @Nullable Request before) {
    if (r.isLinkTimeout()) {
      if (before == null || before.isLinkTimeout()) {
        return -Errno.EINVAL;
      }
      r.victim = before;
    }
    return r.row.check(r);
  }

  /** How many requests make up a unit. */
  static int length(Request unit) {
    int n = 0;
    for (Request r = unit; r != null; r = r.next) {
      n++;
    }
    return n;
  }

  /** Whether any entry of the unit is drained. */
  static boolean drains(Request unit) {
    for (Request r = unit; r != null; r = r.next) {
      if (r.has(XscAbi.SQE_DRAIN)) {
        return true;
      }
    }
    return false;
  }
}
