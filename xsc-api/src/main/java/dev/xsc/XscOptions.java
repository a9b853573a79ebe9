// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.Leaks;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.KernelPolicy;
import dev.xsc.ring.RingOptions;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** How an {@link Xsc} works. Immutable; {@link #DEFAULT} suits most programs. */
public final class XscOptions {
  /**
   * The first available kernel, up to four event loops, 65,536 operations each, callers wait for
   * room.
   */
  public static final XscOptions DEFAULT = builder().build();

  private final RingOptions ring;
  private final int eventLoops;
  private final int maxOperations;
  private final boolean waitForRoom;
  private final @Nullable Executor callbacks;
  private final boolean callbacksOnEventLoop;
  private final @Nullable Boolean checked;

  private XscOptions(Builder b) {
    ring = b.ring.toBuilder().wakeups().build();
    eventLoops = b.eventLoops;
    maxOperations = b.maxOperations;
    waitForRoom = b.waitForRoom;
    callbacks = b.callbacks;
    callbacksOnEventLoop = b.callbacksOnEventLoop;
    checked = b.checked;
  }

  /** How each loop's ring is set up. */
  public RingOptions ring() {
    return ring;
  }

  /** Number of event loops. */
  public int eventLoops() {
    return eventLoops;
  }

  /** Most operations that may wait or be in flight, per event loop. */
  public int maxOperations() {
    return maxOperations;
  }

  /** Whether a caller beyond that waits, or gets an exception. */
  public boolean waitForRoom() {
    return waitForRoom;
  }

  /** Where futures complete; null for a virtual thread each. */
  public @Nullable Executor callbacks() {
    return callbacks;
  }

  /** Whether futures complete on the event loop itself. */
  public boolean callbacksOnEventLoop() {
    return callbacksOnEventLoop;
  }

  /** Whether misuse of memory is checked, on a kernel of this kind. */
  boolean checkedOn(KernelKind kind) {
    return checked == null ? Leaks.CHECKED_BY_DEFAULT || kind == KernelKind.SIMULATOR : checked;
  }

  /** A builder that starts from {@link #DEFAULT}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options; not thread-safe. */
  public static final class Builder {
    private static final int MIN_OPERATIONS = 16;
    private static final int MAX_OPERATIONS = 1 << 20;

    private RingOptions ring = RingOptions.builder().build();
    private int eventLoops = Math.min(4, Runtime.getRuntime().availableProcessors());
    private int maxOperations = 1 << 16;
    private boolean waitForRoom = true;
    private @Nullable Executor callbacks;
    private boolean callbacksOnEventLoop;
    private @Nullable Boolean checked;

    private Builder() {}

    /** This kernel and no other. */
    public Builder kernel(KernelKind kind) {
      return kernel(KernelPolicy.only(kind));
    }

    /** The first available kernel of this policy; default {@link KernelPolicy#systemDefault()}. */
    public Builder kernel(KernelPolicy policy) {
      ring = ring.toBuilder().kernel(policy).build();
      return this;
    }

    /** How each loop's ring is set up, the kernel included. */
    public Builder ring(RingOptions options) {
      ring = options;
      return this;
    }

    /**
     * Number of event loops, each a thread with a ring.
     *
     * @param count 1 to 256; default one per processor, at most 4
     */
    public Builder eventLoops(int count) {
      if (count < 1 || count > 256) {
        throw new IllegalArgumentException(count + " event loops: must be 1 to 256");
      }
      eventLoops = count;
      return this;
    }

    /**
     * Most operations that may wait or be in flight, per event loop. A receive that waits for its
     * peer counts, so a server needs more than its idle connections.
     *
     * @param count 16 to 1,048,576; default 65,536
     */
    public Builder maxOperations(int count) {
      if (count < MIN_OPERATIONS || count > MAX_OPERATIONS) {
        throw new IllegalArgumentException(
            count
                + " operations per event loop: must be "
                + MIN_OPERATIONS
                + " to "
                + MAX_OPERATIONS);
      }
      maxOperations = count;
      return this;
    }

    /** Beyond {@link #maxOperations(int)} a caller gets an exception instead of waiting. */
    public Builder failWithoutRoom() {
      waitForRoom = false;
      return this;
    }

    /**
     * Where futures complete, and with them their dependent stages; default a virtual thread for
     * each.
     */
    public Builder callbacks(Executor executor) {
      callbacks = executor;
      callbacksOnEventLoop = false;
      return this;
    }

    /**
     * Futures complete on the event loop: fast, but a dependent stage that blocks stops the loop.
     */
    public Builder callbacksOnEventLoop() {
      callbacksOnEventLoop = true;
      return this;
    }

    /** Whether misuse of memory is checked, at some cost; see {@link IoArena}. */
    public Builder checked(boolean value) {
      checked = value;
      return this;
    }

    /** The finished options. */
    public XscOptions build() {
      return new XscOptions(this);
    }
  }
}
