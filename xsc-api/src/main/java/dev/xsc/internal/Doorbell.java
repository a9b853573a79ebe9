// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Tells a sleeping event loop that there is work, with at most one wake-up per sleep and none when
 * it is awake.
 *
 * <p>The loop calls {@link #prepareToSleep()}, looks for work once more, sleeps or not, then {@link
 * #awake()}. Any other thread first puts its work where the loop looks, then calls {@link
 * #ring(Runnable)}. Both sides write, then read what the other writes, with a full fence between,
 * so at least one of them sees the other: no work is left lying.
 */
public final class Doorbell {
  private static final int AWAKE = 0;
  private static final int ASLEEP = 1;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Doorbell.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int state;

  /**
   * Loop thread: from now on work is announced. Look for work after this call and before sleeping.
   */
  public void prepareToSleep() {
    state = ASLEEP;
    // Between this store and the caller's look for work; pairs with the fence in ring().
    VarHandle.fullFence();
  }

  /** Loop thread: no announcements are needed any more. */
  public void awake() {
    state = AWAKE;
  }

  /** Any thread, after its work is visible to the loop: wakes the loop if it sleeps. */
  public void ring(Runnable wake) {
    // Between the caller's publication of work and this load; pairs with prepareToSleep()'s fence.
    VarHandle.fullFence();
    if (state == ASLEEP && STATE.compareAndSet(this, ASLEEP, AWAKE)) {
      wake.run();
    }
  }
}
