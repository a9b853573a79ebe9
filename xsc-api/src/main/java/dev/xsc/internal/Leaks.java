// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports resources that were dropped without being closed, with the place where they were made.
 * Only in checked mode. Has no thread of its own: what was found is logged when the next resource
 * is made or closed. Any thread.
 */
public final class Leaks {
  /** What {@code dev.xsc.checked} says, else whether assertions are on. */
  public static final boolean CHECKED_BY_DEFAULT = checkedByDefault();

  private static final Logger LOG = System.getLogger("dev.xsc");
  private static final ReferenceQueue<Object> DROPPED = new ReferenceQueue<>();
  private static final Set<Site> LIVE = ConcurrentHashMap.newKeySet();

  /** Enough to find the place, and no more to keep for each resource. */
  private static final int FRAMES = 16;

  /** Watches nothing. */
  static final Tracked UNTRACKED = () -> {};

  private Leaks() {}

  /** A resource that is to be closed. */
  @FunctionalInterface
  public interface Tracked {
    /** It has been. */
    void close();
  }

  /** Begins to watch a resource, if {@code checked}. */
  public static Tracked track(Object resource, String what, boolean checked) {
    if (!checked) {
      return UNTRACKED;
    }
    report();
    Site site = new Site(resource, what);
    LIVE.add(site);
    return site;
  }

  /** Logs what has been dropped since the last call; returns how many. */
  public static int report() {
    int found = 0;
    Reference<?> dropped;
    while ((dropped = DROPPED.poll()) != null) {
      if (dropped instanceof Site site && LIVE.remove(site)) {
        found++;
        LOG.log(
            Level.WARNING,
            site.what + " was dropped without being closed; it was made here:",
            site.made);
      }
    }
    return found;
  }

  private static boolean checkedByDefault() {
    @Nullable String property = System.getProperty("dev.xsc.checked");
    return property == null ? Leaks.class.desiredAssertionStatus() : Boolean.parseBoolean(property);
  }

  private static final class Site extends PhantomReference<Object> implements Tracked {
    private final String what;
    private final Throwable made = new Throwable("made here");

    Site(Object resource, String what) {
      super(resource, DROPPED);
      this.what = what;
      StackTraceElement[] frames = made.getStackTrace();
      made.setStackTrace(Arrays.copyOf(frames, Math.min(FRAMES, frames.length)));
    }

    @Override
    public void close() {
      LIVE.remove(this);
      report();
    }
  }
}
