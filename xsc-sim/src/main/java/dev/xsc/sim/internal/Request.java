// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.spi.SqeLayout;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One submission from the moment it was taken off the queue to its terminal completion.
 *
 * <p>Used by one thread at a time: first whoever takes entries, then the engine's thread, and a
 * worker between {@link Host#offload} and its report. Each hand-over is through a queue that
 * publishes.
 */
public final class Request {
  /** Result of an attempt that has not ended yet. */
  static final int PENDING = Integer.MIN_VALUE;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  // How a worker and a cancel agree on who has an offloaded request.
  private static final int IDLE = 0;
  private static final int QUEUED = 1;
  private static final int RUNNING = 2;

  /** What a request that has begun waits for. */
  enum Wait {
    NOTHING,
    READINESS,
    TIME,
    WORKER,
    HOST
  }

  // ---- the entry, copied once: what user space writes to the slot afterwards changes nothing

  int opcode;
  int flags;
  int ioprio;
  int fd;
  long off;
  long addr;
  int len;
  int opFlags;
  long userData;
  int bufIndex;
  int personality;
  int addrLen;
  long addr3;
  long reserved;
  @Nullable Object reference;

  /** The host's own, for as long as the request lasts. */
  public @Nullable Object hostData;

  /** What keeps watch over its memory while it lasts; the host's own, too. */
  public @Nullable Object loan;

  /** The host's own, too: what it calls the request. */
  public long hostNumber;

  // ---- what taking it found

  OpRow row = OpTable.UNKNOWN;

  /** Only the ring's owner can prepare it, and has yet to. */
  boolean unprepared;

  /** Ends the request with this instead of starting it. */
  int error;

  /** The entry itself is wrong, which keeps the whole chain from starting. */
  boolean malformed;

  final Buffers buffers = new Buffers();

  /** Memory besides the buffers that the result goes to. */
  @Nullable MemorySegment out;

  /** A second piece of it. */
  @Nullable MemorySegment out2;

  /** Path or address, copied. */
  @Nullable Object operand;

  /** A second one. */
  @Nullable Object operand2;

  /** Where paths start; null for the working directory. */
  @Nullable DirectoryFile base;

  /** Where a second path starts. */
  @Nullable DirectoryFile base2;

  /** What a call that makes or removes descriptors works on. */
  @Nullable Machine machine;

  /** Time of a timer, in nanoseconds. */
  long nanos;

  /**
   * Copies between memory that only its owner can reach and {@link #buffers}; see {@link Bounce}.
   */
  @Nullable Bounce bounce;

  // ---- its life in the engine

  /** What follows in the chain. */
  @Nullable Request next;

  /** On a linked time-out: what it bounds. */
  @Nullable Request victim;

  @Nullable OpenFile file;
  boolean ended;

  /** Starts after others have ended. */
  boolean late;

  boolean lingered;
  Wait wait = Wait.NOTHING;

  /** Events it waits for. */
  int events;

  /** Events that were announced last. */
  int hint;

  @Nullable WaitList waitList;
  @Nullable Request earlier;
  @Nullable Request later;

  /** When a timer ends, or when a worker was asked. */
  long deadline;

  long timerOrder;
  int heapIndex = -1;

  /** Bytes transferred by attempts so far. */
  int done;

  /** Whether an attempt was made before. */
  boolean again;

  int result;
  int cqeFlags;

  /**
   * The worker's, apart from {@link #result}: a request may be ended while its worker is still at
   * it.
   */
  int workResult;

  private final AtomicInteger work = new AtomicInteger();

  Request() {}

  /** Copies the entry in slot {@code at}. */
  void copy(MemorySegment entries, long at) {
    long first = entries.get(LONG, at + SqeLayout.OPCODE);
    opcode = (int) first & 0xff;
    flags = (int) (first >>> 8) & 0xff;
    ioprio = (int) (first >>> 16) & 0xffff;
    fd = (int) (first >>> 32);
    off = entries.get(LONG, at + SqeLayout.OFF);
    addr = entries.get(LONG, at + SqeLayout.ADDR);
    long lenAndFlags = entries.get(LONG, at + SqeLayout.LEN);
    len = (int) lenAndFlags;
    opFlags = (int) (lenAndFlags >>> 32);
    userData = entries.get(LONG, at + SqeLayout.USER_DATA);
    long sixth = entries.get(LONG, at + SqeLayout.BUF_INDEX);
    bufIndex = (int) sixth & 0xffff;
    personality = (int) (sixth >>> 16) & 0xffff;
    addrLen = (int) (sixth >>> 32);
    addr3 = entries.get(LONG, at + SqeLayout.ADDR3);
    reserved = entries.get(LONG, at + SqeLayout.RESERVED);
  }

  /**
   * Forgets everything that {@link #copy} does not overwrite; only for one that nobody else can
   * know any more.
   */
  void reset() {
    reference = null;
    hostData = null;
    loan = null;
    hostNumber = 0;
    row = OpTable.UNKNOWN;
    error = 0;
    malformed = false;
    unprepared = false;
    buffers.clear();
    bounce = null;
    out = null;
    out2 = null;
    operand = null;
    operand2 = null;
    base = null;
    base2 = null;
    next = null;
    file = null;
    ended = false;
    late = false;
    done = 0;
    again = false;
    cqeFlags = 0;
  }

  MemorySegment out() {
    return present(out);
  }

  MemorySegment out2() {
    return present(out2);
  }

  boolean has(int entryFlag) {
    return (flags & entryFlag) != 0;
  }

  boolean linksNext() {
    return (flags & (XscAbi.SQE_LINK | XscAbi.SQE_HARDLINK)) != 0;
  }

  /** Whether it bounds the entry before. */
  public boolean isLinkTimeout() {
    return opcode == XscAbi.OP_LINK_TIMEOUT;
  }

  OpenFile file() {
    return present(file);
  }

  Machine machine() {
    return present(machine);
  }

  Object operand() {
    return present(operand);
  }

  private <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException(this + " was started without what its preparation sets");
    }
    return value;
  }

  // ---- what a host may know of it

  /** What the submitter called it. */
  public long userData() {
    return userData;
  }

  /** Its opcode, one of {@link XscAbi}. */
  public int opcode() {
    return opcode;
  }

  /** The descriptor, or the index of a registered one. */
  public int fd() {
    return fd;
  }

  /** The name of its operation. */
  public String name() {
    return row.name();
  }

  /** The memory that it transfers. */
  public Buffers buffers() {
    return buffers;
  }

  /** Whether it transfers to memory, and not from it. */
  public boolean writesMemory() {
    return row.uses(OpRow.WRITES_MEMORY);
  }

  /** Whether the ring's owner copies its memory, see {@link Bounce}. */
  public boolean bounced() {
    return bounce != null;
  }

  /** Whether others are linked behind it. */
  public boolean hasFollowers() {
    return next != null;
  }

  /** Whether it is an operation on a file that never makes anybody wait for readiness. */
  public boolean callsDisk() {
    return row.handler() instanceof Call call && (file == null || call.readiness(this) == 0);
  }

  /** Marks it as waiting for a worker. */
  void queueWork() {
    wait = Wait.WORKER;
    work.set(QUEUED);
  }

  /** Worker: takes it, unless it was cancelled before; then {@link #work()}. */
  public boolean claimWork() {
    return work.compareAndSet(QUEUED, RUNNING);
  }

  /** Worker: does the call and keeps the result for {@link Engine#finished}. */
  public void work() {
    workResult = row.handler() instanceof Call call ? Call.perform(call, this) : 0;
  }

  /**
   * Whether it opens a file: the one call that can be left to itself, as it touches no memory of
   * the user.
   */
  public boolean opensFile() {
    return opcode == XscAbi.OP_OPENAT;
  }

  /** What its descriptor is open on, or null. */
  public @Nullable FileObject object() {
    return file == null ? null : file.object();
  }

  /** Worker: undoes a call whose request was ended without it. */
  public void discardResult() {
    OpenFile opened =
        opensFile() && workResult >= 0 ? machine().descriptors().remove(workResult) : null;
    if (opened != null) {
      opened.release();
    }
  }

  /** Engine: takes it back, unless a worker has it already. */
  boolean withdrawWork() {
    return work.compareAndSet(QUEUED, IDLE);
  }

  @Override
  public String toString() {
    return row.name() + "[userData=" + userData + " fd=" + fd + " " + wait + "]";
  }
}
