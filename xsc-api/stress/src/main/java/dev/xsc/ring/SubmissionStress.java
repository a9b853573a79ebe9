// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeLayout;
import dev.xsc.spi.Words;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/** Whoever sees the tail sees the entry: r1 = tail, r2 = user data of the entry. */
@JCStressTest
@Outcome(id = "0, -1", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "1, 7", expect = Expect.ACCEPTABLE, desc = "submitted")
@Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "an entry that is not filled")
@State
public class SubmissionStress {
  private final RingMemory.Submission memory = QueueMemory.submission();
  private final SubmissionQueue queue = new SubmissionQueue(memory);

  @Actor
  public void user() {
    int slot = queue.claim();
    memory.entries().set(ValueLayout.JAVA_LONG, slot * 64L + SqeLayout.USER_DATA, 7);
    queue.fill();
    int fresh = queue.publish();
    assert fresh == 1;
  }

  @Actor
  public void kernel(IJ_Result r) {
    r.r1 = Words.getAcquire(memory.tail());
    r.r2 = r.r1 == 0 ? -1 : memory.entries().get(ValueLayout.JAVA_LONG, SqeLayout.USER_DATA);
  }
}
