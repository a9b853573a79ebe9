// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.CqeLayout;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.Words;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/**
 * The kernel posts 7, and 8 into the same slot when it has been given back: what is read under the
 * first position is 7 or not there yet.
 */
@JCStressTest
@Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "the first completion")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "a completion that is not filled")
@Outcome(id = "8", expect = Expect.FORBIDDEN, desc = "overwritten while being read")
@State
public class CompletionStress {
  private final RingMemory.Completion memory = QueueMemory.completion();
  private final CompletionQueue queue = new CompletionQueue(memory);

  @Actor
  public void kernel() {
    post(7, 1);
    if (Words.getAcquire(memory.head()) == 1) {
      post(8, 2);
    }
  }

  @Actor
  public void user(J_Result r) {
    if (queue.ready() == 0) {
      r.r1 = -1;
      return;
    }
    r.r1 = queue.userData(queue.offset(0));
    queue.advance(1);
  }

  private void post(long userData, int tail) {
    memory.entries().set(ValueLayout.JAVA_LONG, CqeLayout.USER_DATA, userData);
    // The kernel's half of the protocol; pairs with the load in ready().
    Words.setRelease(memory.tail(), tail);
  }
}
