// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import java.lang.foreign.MemorySegment;

/**
 * Memory that one operation borrows from its caller. {@link #begin} runs on the calling thread
 * before the operation is handed over, {@link #end} once after its terminal completion, before the
 * caller hears of it.
 */
public interface Loan {
  /** What the kernel is given; native. Valid between begin and end. */
  MemorySegment segment();

  /**
   * Starts the loan.
   *
   * @throws IllegalStateException if the memory may not be lent now
   */
  void begin(Op op);

  /**
   * Ends it.
   *
   * @param transferred bytes moved, 0 if the operation failed
   */
  void end(long transferred);
}
