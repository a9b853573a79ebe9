// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A loop about to sleep sees the work, or is woken for it: r1 = work seen, r2 = woken. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "seen before sleeping")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "woken")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both: one wake-up too many")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "work left lying")
@State
public class DoorbellStress {
  private static final VarHandle WORK;

  static {
    try {
      WORK = MethodHandles.lookup().findVarHandle(DoorbellStress.class, "work", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Doorbell bell = new Doorbell();

  @SuppressWarnings("UnusedVariable") // used through WORK
  private int work;

  private volatile int woken;

  @Actor
  public void producer() {
    WORK.setRelease(this, 1);
    bell.ring(() -> woken = 1);
  }

  @Actor
  public void loop(II_Result r) {
    bell.prepareToSleep();
    r.r1 = (int) WORK.getAcquire(this);
  }

  @Arbiter
  public void after(II_Result r) {
    r.r2 = woken;
  }
}
