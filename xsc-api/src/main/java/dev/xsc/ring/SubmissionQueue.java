// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.RingMemory;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Producer side of the submission queue. Owner thread only.
 *
 * <p>Three free-running indices: {@code head} (how far the kernel is), {@code published} (what it
 * may take), {@code tail} (what has been filled): {@code head <= published <= tail <= head +
 * capacity}.
 */
final class SubmissionQueue {
  private final MemorySegment headWord;
  private final MemorySegment tailWord;
  private final MemorySegment flagsWord;
  private final MemorySegment droppedWord;
  private final int capacity;

  private int headSeen;
  private int published;
  private int tail;

  SubmissionQueue(RingMemory.Submission memory) {
    headWord = memory.head();
    tailWord = memory.tail();
    flagsWord = memory.flags();
    droppedWord = memory.dropped();
    capacity = memory.capacity();
    headSeen = Words.getAcquire(headWord);
    tail = Words.getPlain(tailWord);
    published = tail;
  }

  /**
   * The slot for the next entry, or −1 when the queue is full. It counts from {@link #fill()} on.
   */
  int claim() {
    if (tail - headSeen == capacity) {
      // Pairs with the kernel's store-release of head after it has copied the entry: the slot may
      // be overwritten.
      headSeen = Words.getAcquire(headWord);
      if (tail - headSeen == capacity) {
        return -1;
      }
    }
    return tail & capacity - 1;
  }

  /** The claimed slot holds an entry to be submitted. */
  void fill() {
    tail++;
  }

  /** Lets the kernel see everything filled so far; returns how many entries that are. */
  int publish() {
    int fresh = tail - published;
    if (fresh != 0) {
      // Pairs with the kernel's load-acquire of tail: the entries are visible before it.
      Words.setRelease(tailWord, tail);
      published = tail;
    }
    return fresh;
  }

  /** Entries published that the kernel has not taken, as far as is known here. */
  int untaken() {
    return published - headSeen;
  }

  /** The kernel has said that it took so many more, and copied them. */
  void taken(int count) {
    headSeen += count;
  }

  /** Looks how far the kernel is. */
  void look() {
    // Pairs with the kernel's store-release of head, as in claim().
    headSeen = Words.getAcquire(headWord);
  }

  /** Whether everything filled has been published and, as far as is known here, taken. */
  boolean isIdle() {
    return tail == headSeen;
  }

  /** Entries filled and not published. */
  int unpublished() {
    return tail - published;
  }

  /** Forgets what was filled and not published. */
  void discardUnpublished() {
    tail = published;
  }

  /** Whether whoever consumes the queue sleeps, after entries were published. */
  boolean needsWakeup() {
    // Our store of tail comes before this load of flags. Pairs with the consumer's full barrier
    // between setting
    // NEED_WAKEUP and looking at tail once more: one of the two sides sees the other.
    VarHandle.fullFence();
    return (Words.getOpaque(flagsWord) & XscAbi.SQ_NEED_WAKEUP) != 0;
  }

  /**
   * Whether completions wait in the kernel, for room or for work to be run: it must be entered to
   * get them.
   */
  boolean completionsInKernel() {
    return (Words.getOpaque(flagsWord) & (XscAbi.SQ_CQ_OVERFLOW | XscAbi.SQ_TASKRUN)) != 0;
  }

  /** Whether completions wait in the kernel for room. */
  boolean completionsOverflow() {
    return (Words.getOpaque(flagsWord) & XscAbi.SQ_CQ_OVERFLOW) != 0;
  }

  int capacity() {
    return capacity;
  }

  /** Entries that the kernel refused to look at. */
  int dropped() {
    return Words.getOpaque(droppedWord);
  }

  @Override
  public String toString() {
    return "sq[head="
        + Integer.toUnsignedString(Words.getAcquire(headWord))
        + " published="
        + Integer.toUnsignedString(published)
        + " tail="
        + Integer.toUnsignedString(tail)
        + " capacity="
        + capacity
        + " flags="
        + Words.getOpaque(flagsWord)
        + "]";
  }
}
