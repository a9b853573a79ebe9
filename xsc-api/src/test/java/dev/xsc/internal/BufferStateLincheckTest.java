// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Lending and freeing a buffer from several threads is linearizable. */
public class BufferStateLincheckTest {
  private final BufferState state = new BufferState();

  /** Lends; false if the buffer was freed. */
  @Operation
  public boolean lend() {
    try {
      state.borrow(Op.WRITE);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Frees, if nobody has it. */
  @Operation
  public boolean tryClose() {
    return state.tryClose();
  }

  /** Takes freeing back. */
  @Operation
  public void reopen() {
    state.reopen();
  }

  @Test
  void everyInterleavingOfSmallProgramsIsLinearizable() {
    new ModelCheckingOptions()
        .iterations(15)
        .invocationsPerIteration(500)
        .threads(3)
        .actorsPerThread(2)
        .check(BufferStateLincheckTest.class);
  }

  @Test
  void realThreadsAreLinearizable() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(2000)
        .threads(2)
        .actorsPerThread(3)
        .check(BufferStateLincheckTest.class);
  }
}
