// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.internal.Pollable;
import java.util.ArrayList;
import java.util.List;

/**
 * A simulated file that can be waited for. Whenever something about it changes that a waiting call
 * could make use of, it has to {@link #announce} that; announcing in vain does no harm.
 */
public abstract class SimPollable implements Pollable {
  private final List<Watcher> watchers = new ArrayList<>(2);

  /** For subclasses. */
  protected SimPollable() {}

  /** Who wants to know. */
  public interface Watcher {
    /**
     * Events of {@code poll(2)} may hold now. Does nothing at once, so it may be called anywhere.
     */
    void announced(int events);
  }

  /** Tells those who wait, at the present moment but after what is running. */
  protected final void announce(int events) {
    for (int i = 0; i < watchers.size(); i++) {
      watchers.get(i).announced(events);
    }
  }

  /** Begins to tell somebody. */
  public final void watch(Watcher watcher) {
    if (!watchers.contains(watcher)) {
      watchers.add(watcher);
    }
  }

  /** Tells somebody no more. */
  public final void unwatch(Watcher watcher) {
    watchers.remove(watcher);
  }
}
