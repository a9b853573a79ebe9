// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.spi.CqeLayout;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Producer side of the completion queue. What finds it full waits in a backlog, and everything
 * after that queues behind it, so that order is kept and nothing is lost. Engine thread only.
 */
final class CompletionWriter {
  private final MemorySegment headWord;
  private final MemorySegment tailWord;
  private final MemorySegment entries;
  private final MemorySegment sqFlags;
  private final int capacity;
  private final Backlog backlog = new Backlog();
  private int headSeen;
  private int tail;
  private int published;

  CompletionWriter(RingMemory memory) {
    RingMemory.Completion cq = memory.cq();
    headWord = cq.head();
    tailWord = cq.tail();
    entries = cq.entries();
    capacity = cq.capacity();
    sqFlags = memory.sq().flags();
  }

  /**
   * Adds a completion; {@link #publish()} shows it.
   *
   * @param keep whether to keep it back although there is room
   */
  void post(long userData, int result, int flags, boolean keep) {
    if (keep || backlog.size() > 0 || full()) {
      if (backlog.size() == 0) {
        announceKept();
      }
      backlog.add(userData, result, flags);
      return;
    }
    write(userData, (long) flags << 32 | Integer.toUnsignedLong(result));
  }

  /** Whether a further completion would go to the backlog. */
  boolean full() {
    if (tail - headSeen == capacity || backlog.size() > 0) {
      // Pairs with the user side's store-release of head: it has read the entries whose slots we
      // reuse.
      headSeen = Words.getAcquire(headWord);
    }
    // A head that makes no sense counts as no room: it is the user's memory, and never trusted.
    return backlog.size() > 0 || Integer.compareUnsigned(tail - headSeen, capacity) >= 0;
  }

  /** Makes everything posted visible; whether there was anything. */
  boolean publish() {
    if (tail == published) {
      return false;
    }
    published = tail;
    // Pairs with the user side's load-acquire of tail: the entries are visible before it.
    Words.setRelease(tailWord, tail);
    return true;
  }

  /** Tells the user side to enter for completions that are kept here. */
  void announceKept() {
    // The completions before them must be visible first: who sees the flag comes to fetch what
    // follows.
    publish();
    Words.orVolatile(sqFlags, XscAbi.SQ_CQ_OVERFLOW);
  }

  /**
   * Moves what fits from the backlog to the queue.
   *
   * @param othersKept whether completions are kept elsewhere too
   */
  void flush(boolean othersKept) {
    headSeen = Words.getAcquire(headWord);
    while (backlog.size() > 0 && Integer.compareUnsigned(tail - headSeen, capacity) < 0) {
      write(backlog.userData(), backlog.resultAndFlags());
      backlog.remove();
    }
    publish();
    if (backlog.size() == 0 && !othersKept) {
      Words.andVolatile(sqFlags, ~XscAbi.SQ_CQ_OVERFLOW);
    }
  }

  int backlogged() {
    return backlog.size();
  }

  private void write(long userData, long resultAndFlags) {
    long at = (long) (tail & capacity - 1) * CqeLayout.SIZE;
    entries.set(ValueLayout.JAVA_LONG, at + CqeLayout.USER_DATA, userData);
    entries.set(ValueLayout.JAVA_LONG, at + CqeLayout.RES, resultAndFlags);
    tail++;
  }

  /** A queue of completions in an array that grows; bounded because requests in flight are. */
  private static final class Backlog {
    private long[] ring = new long[0];
    private int first;
    private int size;

    int size() {
      return size;
    }

    void add(long userData, int result, int flags) {
      if (2 * size == ring.length) {
        grow();
      }
      int at = 2 * (first + size++) & ring.length - 1;
      ring[at] = userData;
      ring[at + 1] = (long) flags << 32 | Integer.toUnsignedLong(result);
    }

    long userData() {
      return ring[2 * first];
    }

    long resultAndFlags() {
      return ring[2 * first + 1];
    }

    void remove() {
      first = first + 1 & ring.length / 2 - 1;
      size--;
    }

    private void grow() {
      long[] larger = new long[Math.max(64, 2 * ring.length)];
      for (int i = 0; i < 2 * size; i++) {
        larger[i] = ring[2 * first + i & ring.length - 1];
      }
      ring = larger;
      first = 0;
    }
  }
}
