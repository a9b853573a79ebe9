// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a kernel shares with the user side of one ring. Owned by the {@link Kernel};
 * valid until {@link Kernel#close()} returns.
 *
 * @param sq the submission queue
 * @param cq the completion queue
 * @param references null for a kernel that follows addresses itself. Otherwise one element per
 *     submission queue slot, in which the user side leaves the objects ({@code MemorySegment},
 *     {@code IoVec}, {@code MsgHdr}, or an array of them) that the entry's addresses stand for. The
 *     store of the tail publishes them with the entry.
 */
@SuppressWarnings("ArrayRecordComponent") // shared memory, like the rest of it
public record RingMemory(Submission sq, Completion cq, @Nullable Object @Nullable [] references) {

  /**
   * Submission queue words and entries. Indices are free-running unsigned 32-bit numbers.
   *
   * @param head next entry that the kernel will take; written by the kernel
   * @param tail end of what is submitted; written by the user side
   * @param flags {@link XscAbi#SQ_NEED_WAKEUP}, {@link XscAbi#SQ_CQ_OVERFLOW}, {@link
   *     XscAbi#SQ_TASKRUN}; written by the kernel
   * @param dropped entries that the kernel refused to look at; written by the kernel
   * @param entries array of {@link SqeLayout#SIZE} byte entries
   * @param capacity number of entries, a power of two
   */
  public record Submission(
      MemorySegment head,
      MemorySegment tail,
      MemorySegment flags,
      MemorySegment dropped,
      MemorySegment entries,
      int capacity) {}

  /**
   * Completion queue words and entries.
   *
   * @param head next entry that the user side will take; written by the user side
   * @param tail end of what is complete; written by the kernel
   * @param overflow completions that were lost because the queue was full; written by the kernel
   * @param entries array of {@link CqeLayout#SIZE} byte entries
   * @param capacity number of entries, a power of two
   */
  public record Completion(
      MemorySegment head,
      MemorySegment tail,
      MemorySegment overflow,
      MemorySegment entries,
      int capacity) {}
}
