// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A buffer is lent or freed, never both: r1 = lent, r2 = freed. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "lent")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "freed")
@Outcome(id = "true, true", expect = Expect.FORBIDDEN, desc = "freed under an operation")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "neither")
@State
public class BufferStateStress {
  private final BufferState state = new BufferState();

  @Actor
  public void lend(ZZ_Result r) {
    try {
      state.borrow(Op.READ);
      r.r1 = true;
    } catch (IllegalStateException e) {
      r.r1 = false;
    }
  }

  @Actor
  public void free(ZZ_Result r) {
    r.r2 = state.tryClose();
  }
}
