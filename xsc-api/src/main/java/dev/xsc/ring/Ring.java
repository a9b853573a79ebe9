// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SystemCalls;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * User side of one ring: fill entries with {@link #next()}, hand them over with {@link #submit()}
 * or {@link #submitAndWait(int, long)}, take completions with {@link #reap(CompletionHandler)}.
 *
 * <p>Belongs to the thread that opened it, outside simulations a platform thread; any other gets an
 * {@link IllegalStateException}, except in {@link #wakeup()}, {@link #stats()}, {@link #calls()}
 * and {@link #toString()}. The steady path allocates nothing and takes no lock.
 *
 * <p>A full submission queue is a normal state: {@link #next()} hands over what is there to make
 * room. A full completion queue is one too: the kernel keeps what does not fit, and {@link #reap}
 * fetches it.
 */
public final class Ring implements AutoCloseable {
  private static final CompletionHandler DISCARD = (_, _, _) -> {};

  /** How long closing waits before it asks again for what is in flight to end. */
  private static final long CLOSE_ROUND_NANOS = 20_000_000;

  /** How long a wait lasts that no wake-up can end: then the caller looks for work by itself. */
  private static final long UNWAKEABLE_WAIT_NANOS = 1_000_000;

  private final Kernel kernel;
  private final boolean wakeable;
  private final Capabilities capabilities;

  /** The thread that opened the ring; null once it is closed. */
  private @Nullable Thread owner = Thread.currentThread();

  private final SubmissionQueue sq;
  private final CompletionQueue cq;
  private final Emulation emulation;
  private final Sqe sqe;
  private final Optimism optimism = new Optimism();
  private final boolean kernelPolls;
  private final boolean noDrop;

  /** What becomes readable on a wake-up; −1 if there is no such thing, or no need of it. */
  private final int wakeFd;

  private final Arena arena;
  private final MemorySegment wakeBuffer;

  private boolean reaping;
  private boolean wakeArmed;
  private long inFlight;

  /** Whether a drained entry waits to be submitted. */
  private boolean drainFilled;

  /** Whether a drained entry may still hold others back. */
  private boolean drainLingers;

  // Written by the owner only; others read them with whatever delay the machine has.
  private long submitted;
  private long completed;
  private long more;
  private long enters;
  private long waits;
  private long wakeups;
  private long full;
  private long overflows;
  private long busy;
  private long dropped;
  private long lost;

  private Ring(Kernel kernel, RingOptions options) {
    this.kernel = kernel;
    wakeable = options.wakeups();
    arena = options.environment().newArena();
    wakeBuffer = arena.allocate(Long.BYTES, Long.BYTES);
    RingMemory memory = kernel.memory();
    capabilities = Emulation.extend(kernel.capabilities(), kernel.calls());
    sq = new SubmissionQueue(memory.sq());
    cq = new CompletionQueue(memory.cq());
    emulation = new Emulation(kernel.calls());
    sqe =
        new Sqe(
            memory.sq().entries(), memory.references(), kernel.dialect(), capabilities, emulation);
    kernelPolls = kernel.polls();
    noDrop = capabilities.has(Feature.NO_DROP);
    wakeFd = wakeable ? kernel.wakeFd() : -1;
  }

  /**
   * Opens a ring on the first available kernel of the options' policy, owned by the calling thread.
   *
   * @throws KernelException if none is available, with the cause and remedy of each
   * @throws IllegalStateException on a virtual thread, which has no lasting kernel identity, unless
   *     the options' environment simulates threads
   */
  public static Ring open(RingOptions options) throws KernelException {
    if (!options.environment().canOwnRing(Thread.currentThread())) {
      throw new IllegalStateException(
          "a ring belongs to one kernel thread, this is a virtual thread: open it on a platform"
              + " thread, or use dev.xsc.Xsc");
    }
    return new Ring(Kernels.open(options), options);
  }

  // ---- submitting

  /**
   * The next entry, to be filled by one of its operation methods. When the queue is full, what is
   * there is handed to the kernel first.
   *
   * @throws IllegalStateException if the kernel takes no submissions until completions are reaped;
   *     {@link #nextOrNull} returns null instead
   */
  public Sqe next() {
    checkUsable();
    settle();
    int slot = claim();
    return slot >= 0 ? sqe.at(slot) : nextOfFull();
  }

  private Sqe nextOfFull() {
    full++;
    submit();
    Sqe entry = nextOrNull();
    if (entry == null && kernelPolls) {
      entry = nextWhenTaken();
    }
    if (entry == null) {
      throw new IllegalStateException(
          "submission queue of "
              + sq.capacity()
              + " is full and the kernel takes no more: reap completions first, "
              + this);
    }
    return entry;
  }

  /** The next entry, or null when the queue is full. */
  public @Nullable Sqe nextOrNull() {
    checkUsable();
    settle();
    int slot = claim();
    return slot < 0 ? null : sqe.at(slot);
  }

  /**
   * The next entry for the library itself, or null when the queue is full or the user side is
   * filling a chain.
   */
  @Nullable Sqe nextUnchained() {
    settle();
    return sqe.chained() ? null : nextOrNull();
  }

  /** The slot for the next entry, or −1. */
  private int claim() {
    // A kernel that drops what finds no room is given no more than it has room for.
    return noDrop || inFlight + sq.unpublished() < cq.capacity() ? sq.claim() : -1;
  }

  /**
   * Counts the entry at hand, if it has been filled: a slot that was claimed in vain is claimed
   * again.
   */
  private void settle() {
    if (sqe.takeFilled()) {
      sq.fill();
      if (sqe.drained()) {
        drainFilled = true;
        drainLingers = true;
      }
    }
  }

  /** Free entries now: a chain of linked entries must be submitted as one batch. */
  public int room() {
    checkUsable();
    settle();
    sq.look();
    return sq.capacity() - sq.untaken() - sq.unpublished();
  }

  /**
   * Hands over all filled entries without waiting.
   *
   * @return entries that the kernel has taken, which may be fewer when it is short of memory or
   *     room; the rest goes with the next submission
   */
  public int submit() {
    checkUsable();
    return Math.max(0, flush(0, 0, 0));
  }

  /** {@link #submitAndWait(int, long)} without a time limit. */
  public int submitAndWait(int minComplete) {
    return submitAndWait(minComplete, Kernel.FOREVER);
  }

  /**
   * Hands over all filled entries, then waits until enough completions are ready, the time is over,
   * or {@link #wakeup()} is called. May return early for another reason, such as a signal.
   *
   * @param minComplete completions to wait for, 0 to the completion queue's capacity
   * @param timeoutNanos at most this long
   * @return completions ready to be reaped
   */
  public int submitAndWait(int minComplete, long timeoutNanos) {
    checkUsable();
    if (minComplete < 0 || minComplete > cq.capacity()) {
      throw new IllegalArgumentException(
          "waiting for "
              + minComplete
              + " completions: the completion queue holds "
              + cq.capacity());
    }
    if (minComplete == 0 || timeoutNanos <= 0) {
      flush(0, 0, Kernel.ENTER_EVENTS);
      return cq.ready();
    }
    if (!armWake()) {
      timeoutNanos = Math.min(timeoutNanos, UNWAKEABLE_WAIT_NANOS);
    }
    settle();
    if (sq.isIdle() || kernelPolls) {
      boolean enough = cq.ready() >= minComplete;
      flush(enough ? 0 : minComplete, timeoutNanos, enough ? 0 : Kernel.ENTER_EVENTS);
    } else if (optimism.isDue()) {
      flush(0, 0, 0);
      // What ends on the spot must not keep what ended elsewhere waiting in the kernel.
      boolean enough = cq.ready() >= minComplete && !sq.completionsInKernel();
      optimism.was(enough);
      if (!enough) {
        flush(minComplete, timeoutNanos, Kernel.ENTER_EVENTS);
      }
    } else {
      flush(minComplete, timeoutNanos, Kernel.ENTER_EVENTS);
    }
    return cq.ready();
  }

  // ---- completing

  /**
   * Hands every completion that is ready to the handler, in the order of the queue. If none is
   * ready, or the queue was full, fetches what waits in the kernel.
   *
   * @return how many it was given; 0 if there are none anywhere
   */
  public int reap(CompletionHandler handler) {
    return reap(handler, Integer.MAX_VALUE);
  }

  /** {@link #reap(CompletionHandler)} of at most {@code max} completions. */
  public int reap(CompletionHandler handler, int max) {
    checkUsable();
    if (reaping) {
      throw new IllegalStateException(
          "reap from inside a completion handler: return from it first");
    }
    reaping = true;
    int total = 0;
    try {
      while (total < max) {
        int ready = cq.ready();
        if (ready == 0) {
          if (!fetchFromKernel()) {
            break;
          }
          continue;
        }
        total += deliver(handler, Math.min(ready, max - total));
        if (total > 0 && ready < cq.capacity()) {
          // Room was left, so nothing was kept back for want of it.
          break;
        }
      }
    } finally {
      reaping = false;
    }
    return total;
  }

  private int deliver(CompletionHandler handler, int ready) {
    int taken = 0;
    int given = 0;
    int rearmed = 0;
    int ended = 0;
    try {
      while (taken < ready) {
        long at = cq.offset(taken);
        long userData = cq.userData(at);
        long resultAndFlags = cq.resultAndFlags(at);
        int flags = (int) (resultAndFlags >>> 32) & CompletionHandler.KNOWN;
        taken++;
        ended += (flags & CompletionHandler.MORE) == 0 ? 1 : 0;
        if (Long.compareUnsigned(userData, Sqe.RESERVED_USER_DATA) < 0) {
          given++;
          handler.onCompletion(userData, (int) resultAndFlags, flags);
        } else if (userData == Emulation.WAKE_TAG) {
          wakeArmed = false;
          wakeups++;
        } else if (userData != Emulation.CLOSING_TAG) {
          given++;
          rearmed +=
              emulation.complete(userData, (int) resultAndFlags, flags, this, handler) ? 1 : 0;
        }
      }
    } finally {
      cq.advance(taken);
      inFlight -= ended;
      completed += ended;
      more += taken - ended;
    }
    settle();
    if (rearmed > 0 && sq.unpublished() == rearmed) {
      // Nobody is filling a batch of their own, so nobody else would submit these.
      submit();
    }
    return given;
  }

  /** Completions that can be reaped now, not counting what waits in the kernel. */
  public int ready() {
    checkUsable();
    return cq.ready();
  }

  /** Entries submitted and not yet ended. */
  public long inFlight() {
    checkUsable();
    return wakeArmed ? inFlight - 1 : inFlight;
  }

  // ---- resources

  /**
   * Makes descriptors usable by index with {@link Sqe#fixedFile()}, in place of what was registered
   * before.
   *
   * @param fds −1 leaves a hole
   */
  public void registerFiles(int... fds) throws KernelException {
    require(Feature.FIXED_FILES);
    kernel.registerFiles(fds);
  }

  /** Replaces registered descriptors from {@code offset} on; −1 empties one. */
  public void updateFiles(int offset, int... fds) throws KernelException {
    require(Feature.FIXED_FILES);
    kernel.updateFiles(offset, fds);
  }

  /** Forgets the registered descriptors. */
  public void unregisterFiles() throws KernelException {
    require(Feature.FIXED_FILES);
    kernel.unregisterFiles();
  }

  /** Makes memory usable by index with {@link Sqe#readFixed} and {@link Sqe#writeFixed}. */
  public void registerBuffers(List<MemorySegment> buffers) throws KernelException {
    require(Feature.FIXED_BUFFERS);
    buffers.forEach(buffer -> Sqe.requireNative(buffer, "registered buffer"));
    kernel.registerBuffers(List.copyOf(buffers));
  }

  /** Forgets the registered memory. */
  public void unregisterBuffers() throws KernelException {
    require(Feature.FIXED_BUFFERS);
    kernel.unregisterBuffers();
  }

  /**
   * Makes a group of receive buffers.
   *
   * @param number of the group, 0 to 65535
   * @param memory cut into buffers; stays alive until the group is unregistered or the ring closed
   * @param bufferSize bytes of each
   * @param count a power of two up to 32768
   */
  public BufferGroup registerBufferGroup(
      int number, MemorySegment memory, int bufferSize, int count) throws KernelException {
    require(Feature.BUFFER_GROUPS);
    if (number < 0 || number > 0xffff) {
      throw new IllegalArgumentException("buffer group " + number + ": must be 0 to 65535");
    }
    if (count < 1 || count > 1 << 15 || Integer.bitCount(count) != 1) {
      throw new IllegalArgumentException(
          count + " buffers in a group: must be a power of two up to 32768");
    }
    if (bufferSize < 1 || (long) bufferSize * count > memory.byteSize()) {
      throw new IllegalArgumentException(
          count
              + " buffers of "
              + bufferSize
              + " bytes do not fit in "
              + memory.byteSize()
              + " bytes");
    }
    Sqe.requireNative(memory, "buffer group memory");
    Sqe.requireWritable(memory, "buffer group memory");
    MemorySegment shared = null;
    if (capabilities.support(Feature.BUFFER_GROUPS) == Support.NATIVE) {
      shared = kernel.registerBufferGroup(number, count, memory);
    } else {
      emulation.registerGroup(number);
    }
    return new BufferGroup(number, memory, bufferSize, count, shared);
  }

  /** Forgets a group; its receives must have ended. */
  public void unregisterBufferGroup(BufferGroup group) throws KernelException {
    require(Feature.BUFFER_GROUPS);
    if (capabilities.support(Feature.BUFFER_GROUPS) == Support.NATIVE) {
      kernel.unregisterBufferGroup(group.number());
    } else {
      emulation.unregisterGroup(group.number());
    }
  }

  /** System calls outside the ring, on the same kernel's descriptors. Any thread. */
  public SystemCalls calls() {
    return kernel.calls();
  }

  /** What this ring can do. Any thread. */
  public Capabilities capabilities() {
    return capabilities;
  }

  /** The kernel behind it. Any thread. */
  public KernelKind kernel() {
    return kernel.kind();
  }

  /**
   * Ends the owner's current or next wait soon, counting as one completion. Any thread, until the
   * ring is closed. On a kernel that needs an entry of its own for this, it is heard after a
   * drained entry in flight has ended.
   *
   * @throws IllegalStateException if the ring was opened without {@link RingOptions#wakeups()}
   */
  public void wakeup() {
    if (!wakeable) {
      throw new IllegalStateException(
          "the ring was opened without wake-ups: ask for them in its RingOptions");
    }
    kernel.wake();
  }

  /** Counters. Any thread; other threads than the owner may see values a moment old. */
  public RingStats stats() {
    return new RingStats(
        submitted, completed, more, enters, waits, wakeups, full, overflows, busy, dropped, lost);
  }

  /**
   * Cancels everything in flight, waits for it to end, and closes the ring. Unsubmitted entries are
   * forgotten.
   */
  @Override
  public void close() {
    close(DISCARD);
  }

  /**
   * {@link #close()}, with the completions that come meanwhile.
   *
   * @throws IllegalStateException if something is in flight on a kernel without {@link
   *     Feature#CANCEL_ANY}: cancel each operation and reap its completion first
   */
  public void close(CompletionHandler handler) {
    if (owner == null) {
      return;
    }
    checkUsable();
    settle();
    sqe.endBatch();
    sq.discardUnpublished();
    emulation.discardUnsubmitted(handler);
    emulation.stopAll();
    // What has completed already is not in flight.
    flush(0, 0, Kernel.ENTER_EVENTS);
    reap(handler);
    while (inFlight > 0) {
      askToEnd();
      // Again after a while: what was drained or linked behind a cancelled operation starts only
      // then.
      flush((int) Math.min(inFlight, cq.capacity()), CLOSE_ROUND_NANOS, Kernel.ENTER_EVENTS);
      reap(handler);
    }
    owner = null;
    kernel.close();
    arena.close();
  }

  @Override
  public String toString() {
    if (owner == null) {
      return "Ring[closed]";
    }
    // Only the owner may look at the shared memory, which nobody else knows to be still mapped.
    String queues =
        isOwner() ? " " + sq + " " + cq : " submitted=" + submitted + " completed=" + completed;
    return "Ring[" + kernel.kind().id() + " inFlight=" + inFlight + queues + "]";
  }

  // ---- inside

  private void askToEnd() {
    if (capabilities.has(Feature.CANCEL_ANY)) {
      if (kernel.cancelAll()) {
        return;
      }
      next().cancelAny().internalUserData(Emulation.CLOSING_TAG);
    } else if (wakeArmed && inFlight == 1) {
      kernel.wake();
    } else {
      throw new IllegalStateException(
          inFlight
              + " operations in flight and no cancel-any on "
              + capabilities.description()
              + ": cancel and reap them before closing, "
              + this);
    }
  }

  /** Publishes, and enters the kernel if it must hear of it or is to be waited for. */
  private int flush(int minComplete, long timeoutNanos, int flags) {
    settle();
    sqe.endBatch();
    emulation.submitted(sqe);
    if (drainFilled && wakeArmed) {
      // A drained entry would wait for the read that wakes us, which ends only by a wake-up.
      kernel.wake();
    }
    drainFilled = false;
    int fresh = sq.publish();
    submitted += fresh;
    inFlight += fresh;
    if (kernelPolls) {
      if (fresh > 0 && sq.needsWakeup()) {
        flags |= Kernel.ENTER_WAKEUP;
      }
      if (minComplete == 0 && (flags & Kernel.ENTER_WAKEUP) == 0) {
        return fresh;
      }
      return enter(fresh, minComplete, timeoutNanos, flags);
    }
    int toSubmit = sq.untaken();
    if (toSubmit == 0 && minComplete == 0 && flags == 0) {
      return 0;
    }
    return enter(toSubmit, minComplete, timeoutNanos, flags);
  }

  private int enter(int toSubmit, int minComplete, long timeoutNanos, int flags) {
    enters++;
    if (minComplete > 0) {
      waits++;
    }
    int result = kernel.enter(toSubmit, minComplete, timeoutNanos, flags);
    if (result == toSubmit && noDrop) {
      if (!kernelPolls) {
        sq.taken(result);
      }
      return result;
    }
    sq.look();
    countLosses();
    if (result >= 0) {
      return result;
    }
    return switch (-result) {
      case Errno.EINTR, Errno.ETIME -> result;
      case Errno.EAGAIN, Errno.EBUSY -> {
        // Out of memory for requests, or a backlog of completions: reaping helps.
        busy++;
        yield 0;
      }
      default ->
          throw new UncheckedIOException(
              new KernelException(
                  -result, "entering " + capabilities.description() + " failed: " + this));
    };
  }

  private void countLosses() {
    dropped = Integer.toUnsignedLong(sq.dropped());
    lost = Integer.toUnsignedLong(cq.overflow());
  }

  /**
   * Makes room in the completion queue known and fetches what waits in the kernel; false if nothing
   * came.
   */
  private boolean fetchFromKernel() {
    if (!sq.completionsInKernel()) {
      return false;
    }
    if (sq.completionsOverflow()) {
      overflows++;
      countLosses();
      OverflowEvent.report(cq.capacity(), overflows);
    }
    enter(0, 0, 0, Kernel.ENTER_EVENTS);
    return cq.ready() > 0;
  }

  /** Sees to it that {@link #wakeup()} ends the next wait; false if it can't for now. */
  private boolean armWake() {
    if (wakeFd < 0 || wakeArmed) {
      return true;
    }
    settle();
    if (drainLingers) {
      // From Linux 6.16 on, an entry that was held back by a drained one holds back all that follow
      // until it has ended, and this read does not end by itself. Where nothing is in flight,
      // nothing is held back.
      if (inFlight > 0 || sq.unpublished() > 0) {
        return false;
      }
      drainLingers = false;
    }
    sqe.endBatch();
    Sqe entry = nextOrNull();
    if (entry == null) {
      submit();
      entry = nextOrNull();
    }
    if (entry != null) {
      entry.read(wakeFd, wakeBuffer, Sqe.AT_POSITION).internalUserData(Emulation.WAKE_TAG);
      wakeArmed = true;
    }
    return wakeArmed;
  }

  /**
   * Waits for whoever polls to take entries off a full queue; null if that has to wait for
   * completions to be reaped.
   */
  private @Nullable Sqe nextWhenTaken() {
    while (true) {
      Sqe entry = nextOrNull();
      if (entry != null) {
        return entry;
      }
      long busyBefore = busy;
      if (sq.needsWakeup() || sq.completionsOverflow()) {
        enter(1, 0, 0, Kernel.ENTER_WAKEUP);
      }
      if (busy != busyBefore) {
        return null;
      }
      Thread.onSpinWait();
    }
  }

  private void require(Feature feature) {
    checkUsable();
    if (!capabilities.has(feature)) {
      throw new UnsupportedOperationException(
          feature
              + " is not available on "
              + capabilities.description()
              + ": ask Capabilities before use");
    }
  }

  private void checkUsable() {
    if (!isOwner()) {
      throw misuse();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a thread is its identity
  private boolean isOwner() {
    return Thread.currentThread() == owner;
  }

  private IllegalStateException misuse() {
    Thread user = owner;
    return user == null
        ? new IllegalStateException("the ring is closed")
        : new IllegalStateException(
            "the ring belongs to thread "
                + user.getName()
                + ", called by "
                + Thread.currentThread().getName()
                + ": hand the work over to its owner");
  }
}
