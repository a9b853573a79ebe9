// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.CqeLayout;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.Words;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Consumer side of the completion queue. Owner thread only.
 *
 * <p>Read in three steps, so that the caller's loop stays in one method: {@link #ready()}, the
 * getters by position, then {@link #advance(int)}.
 */
final class CompletionQueue {
  private final MemorySegment headWord;
  private final MemorySegment tailWord;
  private final MemorySegment overflowWord;
  private final MemorySegment entries;
  private final int mask;

  private int head;

  CompletionQueue(RingMemory.Completion memory) {
    headWord = memory.head();
    tailWord = memory.tail();
    overflowWord = memory.overflow();
    entries = memory.entries();
    mask = memory.capacity() - 1;
    head = Words.getPlain(headWord);
  }

  /** How many completions can be read now. */
  int ready() {
    // Pairs with the kernel's store-release of tail: the entries are visible before it.
    return Words.getAcquire(tailWord) - head;
  }

  /** Byte offset of a ready completion, counted from 0. */
  long offset(int position) {
    return (long) (head + position & mask) * CqeLayout.SIZE;
  }

  long userData(long offset) {
    return entries.get(ValueLayout.JAVA_LONG, offset + CqeLayout.USER_DATA);
  }

  /** Result in the lower half, flags in the upper: one load. */
  long resultAndFlags(long offset) {
    return entries.get(ValueLayout.JAVA_LONG, offset + CqeLayout.RES);
  }

  /** Gives the slots of the first {@code count} completions back. */
  void advance(int count) {
    head += count;
    // Pairs with the kernel's load-acquire of head: we have read the entries before it reuses their
    // slots.
    Words.setRelease(headWord, head);
  }

  int capacity() {
    return mask + 1;
  }

  /** Completions that were lost; 0 on every kernel with {@link Feature#NO_DROP}. */
  int overflow() {
    return Words.getOpaque(overflowWord);
  }

  @Override
  public String toString() {
    return "cq[head="
        + Integer.toUnsignedString(head)
        + " tail="
        + Integer.toUnsignedString(Words.getAcquire(tailWord))
        + " capacity="
        + (mask + 1)
        + " overflow="
        + Integer.toUnsignedString(overflow())
        + "]";
  }
}
