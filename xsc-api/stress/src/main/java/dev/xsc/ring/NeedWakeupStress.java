// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.RingMemory;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * A consumer about to sleep sees the entry, or the submitter sees that it must be woken: r1 =
 * submitter rings, r2 = tail that the consumer sees.
 */
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "woken")
@Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "seen before sleeping")
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "both: one doorbell too many")
@Outcome(id = "false, 0", expect = Expect.FORBIDDEN, desc = "an entry that nobody takes")
@State
public class NeedWakeupStress {
  private final RingMemory.Submission memory = QueueMemory.submission();
  private final SubmissionQueue queue = new SubmissionQueue(memory);

  @Actor
  public void user(ZI_Result r) {
    int slot = queue.claim();
    queue.fill();
    int fresh = queue.publish();
    assert slot == 0 && fresh == 1;
    r.r1 = queue.needsWakeup();
  }

  @Actor
  public void consumer(ZI_Result r) {
    int before = Words.orVolatile(memory.flags(), XscAbi.SQ_NEED_WAKEUP);
    assert before == 0;
    // The consumer's half of the protocol; pairs with the fence in needsWakeup().
    VarHandle.fullFence();
    r.r2 = Words.getAcquire(memory.tail());
  }
}
