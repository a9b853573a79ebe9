// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.Environment;
import java.util.EnumSet;
import java.util.Set;

/** How a ring is to be set up. Immutable; start from {@link #DEFAULT} and change single things. */
public final class RingOptions {
  /**
   * 256 submission entries, a completion queue four times as large, no kernel polling, the default
   * kernel policy.
   */
  public static final RingOptions DEFAULT = new RingOptions(new Builder());

  /** Most submission entries that every kernel takes; see {@code XSC_MAX_SQ_ENTRIES}. */
  public static final int MAX_ENTRIES = 4096;

  /** Most completion entries that every kernel takes; see {@code XSC_MAX_CQ_ENTRIES}. */
  public static final int MAX_COMPLETION_ENTRIES = 8192;

  private final KernelPolicy policy;
  private final int entries;
  private final int completionEntries;
  private final boolean submissionPolling;
  private final int pollingIdleMillis;
  private final int pollingThreads;
  private final Set<Op> maskedOps;
  private final Set<Feature> maskedFeatures;
  private final boolean wakeups;
  private final Environment environment;

  private RingOptions(Builder b) {
    policy = b.policy;
    entries = b.entries;
    completionEntries =
        b.completionEntries == 0
            ? Math.min(4 * b.entries, MAX_COMPLETION_ENTRIES)
            : b.completionEntries;
    submissionPolling = b.submissionPolling;
    pollingIdleMillis = b.pollingIdleMillis;
    pollingThreads = b.pollingThreads;
    maskedOps = Set.copyOf(b.maskedOps);
    maskedFeatures = Set.copyOf(b.maskedFeatures);
    wakeups = b.wakeups;
    environment = b.environment;
    if (completionEntries < entries) {
      throw new IllegalArgumentException(
          completionEntries
              + " completion entries for "
              + entries
              + " submission entries: must be at least as many");
    }
  }

  /** Which kernel. */
  public KernelPolicy policy() {
    return policy;
  }

  /** Submission queue entries, a power of two. */
  public int entries() {
    return entries;
  }

  /** Completion queue entries, a power of two. */
  public int completionEntries() {
    return completionEntries;
  }

  /** Whether a kernel thread is to watch the submission queue. */
  public boolean submissionPolling() {
    return submissionPolling;
  }

  /** How long that thread spins before it sleeps. */
  public int pollingIdleMillis() {
    return pollingIdleMillis;
  }

  /** Threads of this process that take part in polling, where the kernel has none of its own. */
  public int pollingThreads() {
    return pollingThreads;
  }

  /** Operations to treat as if the kernel lacked them. */
  public Set<Op> maskedOps() {
    return maskedOps;
  }

  /** Features to treat as if the kernel lacked them. */
  public Set<Feature> maskedFeatures() {
    return maskedFeatures;
  }

  /** Whether {@link Ring#wakeup()} can be used. */
  public boolean wakeups() {
    return wakeups;
  }

  /** Clock, threads and timed waits. */
  public Environment environment() {
    return environment;
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.policy = policy;
    b.entries = entries;
    b.completionEntries = completionEntries;
    b.submissionPolling = submissionPolling;
    b.pollingIdleMillis = pollingIdleMillis;
    b.pollingThreads = pollingThreads;
    b.maskedOps.addAll(maskedOps);
    b.maskedFeatures.addAll(maskedFeatures);
    b.wakeups = wakeups;
    b.environment = environment;
    return b;
  }

  /** A builder that starts from {@link #DEFAULT}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options; not thread-safe. */
  public static final class Builder {
    private KernelPolicy policy = KernelPolicy.systemDefault();
    private int entries = 256;
    private int completionEntries;
    private boolean submissionPolling;
    private int pollingIdleMillis = 50;
    private int pollingThreads = 1;
    private final Set<Op> maskedOps = EnumSet.noneOf(Op.class);
    private final Set<Feature> maskedFeatures = EnumSet.noneOf(Feature.class);
    private boolean wakeups;
    private Environment environment = Environment.system();

    private Builder() {}

    /** Which kernel; default {@link KernelPolicy#systemDefault()}. */
    public Builder kernel(KernelPolicy value) {
      policy = value;
      return this;
    }

    /** This kernel and no other. */
    public Builder kernel(KernelKind kind) {
      return kernel(KernelPolicy.only(kind));
    }

    /**
     * Submission queue entries.
     *
     * @param count 1 to {@link #MAX_ENTRIES}, rounded up to a power of two
     */
    public Builder entries(int count) {
      entries = powerOfTwo(count, MAX_ENTRIES, "submission");
      return this;
    }

    /**
     * Completion queue entries; default four times the submission entries.
     *
     * @param count 1 to {@link #MAX_COMPLETION_ENTRIES}, rounded up to a power of two
     */
    public Builder completionEntries(int count) {
      completionEntries = powerOfTwo(count, MAX_COMPLETION_ENTRIES, "completion");
      return this;
    }

    /**
     * Asks for a kernel thread that watches the submission queue, so that submitting makes no
     * system call. It keeps one core busy while there is work and for {@code idleMillis} after.
     *
     * @param idleMillis 1 to 60,000
     */
    public Builder submissionPolling(int idleMillis) {
      if (idleMillis < 1 || idleMillis > 60_000) {
        throw new IllegalArgumentException(
            "polling idle time of " + idleMillis + " ms: must be 1 to 60000");
      }
      submissionPolling = true;
      pollingIdleMillis = idleMillis;
      return this;
    }

    /**
     * Sets how many threads are lent to the XSC driver for {@link #submissionPolling}, 1 by
     * default: one of them watches the queue, the others carry out what takes long. Kernels with a
     * thread of their own need none.
     *
     * @param count 1 to 64
     */
    public Builder pollingThreads(int count) {
      if (count < 1 || count > 64) {
        throw new IllegalArgumentException(count + " polling threads: must be 1 to 64");
      }
      pollingThreads = count;
      return this;
    }

    /**
     * Treats these operations as if the kernel lacked them: imitates an older kernel, or forbids
     * them.
     */
    public Builder withoutNative(Op... ops) {
      maskedOps.addAll(Set.of(ops));
      return this;
    }

    /** Treats these features as if the kernel lacked them. */
    public Builder withoutNative(Feature... features) {
      maskedFeatures.addAll(Set.of(features));
      return this;
    }

    /** Allows {@link Ring#wakeup()}, which costs an entry in flight on some kernels. */
    public Builder wakeups() {
      wakeups = true;
      return this;
    }

    /** Clock, threads and timed waits; default {@link Environment#system()}. */
    public Builder environment(Environment value) {
      environment = value;
      return this;
    }

    /** The finished options. */
    public RingOptions build() {
      return new RingOptions(this);
    }

    private static int powerOfTwo(int count, int max, String what) {
      if (count < 1 || count > max) {
        throw new IllegalArgumentException(count + " " + what + " entries: must be 1 to " + max);
      }
      return count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }
  }
}
