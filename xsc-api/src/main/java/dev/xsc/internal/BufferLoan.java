// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import java.lang.foreign.MemorySegment;

/**
 * Loan of a library buffer, counted in its state.
 *
 * @param segment the part lent
 * @param state of the whole buffer
 */
public record BufferLoan(MemorySegment segment, BufferState state) implements Loan {
  @Override
  public void begin(Op op) {
    state.borrow(op);
  }

  @Override
  public void end(long transferred) {
    state.giveBack();
  }
}
