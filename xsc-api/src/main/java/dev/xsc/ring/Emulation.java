// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.KernelException;
import dev.xsc.spi.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the library does where a kernel's ring lacks it, with the same result. Owned by one ring,
 * used on its owner thread.
 *
 * <p>Four ways: a short call that cannot block is made directly when its batch is submitted, and a
 * NOP on the ring carries its completion; one that may have to wait is tried directly, and the ring
 * waits for its socket ({@link PolledCall}); a multishot operation is submitted again after each
 * completion; a receive from a buffer group gets its buffer when it is submitted instead of when
 * data arrives. Entries of this class travel under tags of the reserved user data range.
 */
final class Emulation {
  /** User data of the read that wakes a waiting ring. */
  static final long WAKE_TAG = -1L;

  /** User data of the cancels that closing a ring submits. */
  static final long CLOSING_TAG = -2L;

  private static final long TAG = Sqe.RESERVED_USER_DATA;

  private final SystemCalls calls;
  private final List<@Nullable Emulated> table = new ArrayList<>();
  private final List<Emulated> unsubmittedCalls = new ArrayList<>();

  /** Multishot operations whose next round has been filled and not submitted. */
  private final List<Emulated> unsubmittedRounds = new ArrayList<>();

  /** Whether one of the two lists may have something in it. */
  private boolean unsubmitted;

  private int live;

  /** Numbers of the buffer groups that are kept here. */
  private final Set<Integer> groups = new HashSet<>();

  Emulation(SystemCalls calls) {
    this.calls = calls;
  }

  /** Adds what this class can do to what a kernel does natively. */
  static Capabilities extend(Capabilities nativeOnes, SystemCalls calls) {
    Capabilities.Builder all = nativeOnes.toBuilder();
    if (calls.complete()) {
      if (!nativeOnes.has(Op.SHUTDOWN)) {
        all.set(Op.SHUTDOWN, Support.EMULATED);
      }
      if (nativeOnes.has(Op.OPENAT) && !nativeOnes.has(Feature.DIRECTORIES)) {
        all.set(Feature.DIRECTORIES, Support.EMULATED);
      }
      if (nativeOnes.has(Op.POLL_ADD)) {
        if (!nativeOnes.has(Op.CONNECT)) {
          all.set(Op.CONNECT, Support.EMULATED);
        }
        if (!nativeOnes.has(Op.ACCEPT)) {
          all.set(Op.ACCEPT, Support.EMULATED).set(Feature.MULTISHOT_ACCEPT, Support.EMULATED);
        }
      }
    }
    for (Op op : new Op[] {Op.SOCKET, Op.BIND, Op.LISTEN, Op.FTRUNCATE}) {
      if (!nativeOnes.has(op)) {
        all.set(op, Support.EMULATED);
      }
    }
    if (nativeOnes.has(Op.ACCEPT) && !nativeOnes.has(Feature.MULTISHOT_ACCEPT)) {
      all.set(Feature.MULTISHOT_ACCEPT, Support.EMULATED);
    }
    if (nativeOnes.has(Op.RECV)) {
      for (Feature feature : new Feature[] {Feature.BUFFER_GROUPS, Feature.MULTISHOT_RECV}) {
        if (!nativeOnes.has(feature)) {
          all.set(feature, Support.EMULATED);
        }
      }
      if (!nativeOnes.has(Feature.BUFFER_GROUPS)) {
        all.set(Feature.MULTISHOT_RECV, Support.EMULATED);
      }
    }
    return all.build();
  }

  /** Notes a buffer group that the kernel knows nothing of. */
  void registerGroup(int number) throws KernelException {
    if (!groups.add(number)) {
      throw new KernelException(
          Errno.EEXIST, "buffer group " + number + " is registered: unregister it first");
    }
  }

  /** Forgets a buffer group. */
  void unregisterGroup(int number) throws KernelException {
    if (!groups.remove(number)) {
      throw new KernelException(Errno.ENOENT, "buffer group " + number + " is not registered");
    }
  }

  /** A direct call, made by {@link #submitted}. */
  Emulated call(
      Op op,
      int a,
      int b,
      int c,
      @Nullable MemorySegment memory,
      @Nullable MemorySegment secondMemory) {
    Emulated entry = add(new Emulated(op, a, b));
    entry.third = c;
    entry.memory = memory;
    entry.secondMemory = secondMemory;
    unsubmittedCalls.add(entry);
    unsubmitted = true;
    return entry;
  }

  /** A call that is tried by {@link #submitted}, and waited for if need be. */
  Emulated polled(PolledCall call, int slot, boolean goesOn) {
    Emulated entry = add(new Emulated(call.op(), call.fd(), 0));
    entry.polled = call;
    entry.slot = slot;
    entry.goesOn = goesOn;
    unsubmittedCalls.add(entry);
    unsubmitted = true;
    return entry;
  }

  /** An operation that is submitted again after each completion. */
  Emulated multishot(Op op, int fd, int flags, @Nullable BufferGroup group) {
    Emulated entry = add(new Emulated(op, fd, flags));
    entry.goesOn = true;
    entry.group = group;
    return entry;
  }

  /** A receive into a buffer that is taken from the group when it is submitted. */
  Emulated receive(int fd, BufferGroup group, int flags, boolean goesOn) {
    Emulated entry = add(new Emulated(Op.RECV, fd, flags));
    entry.goesOn = goesOn;
    entry.group = group;
    entry.borrows = true;
    return entry;
  }

  /**
   * The batch is about to be submitted: makes its direct calls.
   *
   * @param entries of the batch: those that need not wait any more become NOPs
   */
  void submitted(Sqe entries) {
    if (!unsubmitted) {
      return;
    }
    unsubmitted = false;
    unsubmittedRounds.clear();
    for (Emulated entry : unsubmittedCalls) {
      PolledCall call = entry.polled;
      entry.result = call == null ? entry.run(calls) : call.attempt(calls);
      if (call != null && entry.result != -Errno.EAGAIN) {
        entry.decided = true;
        entries.overwriteWithNop(entry.slot);
      }
    }
    unsubmittedCalls.clear();
  }

  /** Takes an operation back that has not been submitted. */
  void withdraw(Emulated entry) {
    unsubmittedCalls.remove(entry);
    entry.giveBufferBack();
    remove(entry);
  }

  /** The batch is forgotten: calls are not made, and multishot operations end here. */
  void discardUnsubmitted(CompletionHandler handler) {
    unsubmittedCalls.clear();
    for (Emulated entry : List.copyOf(unsubmittedRounds)) {
      unsubmittedRounds.remove(entry);
      withdraw(entry);
      handler.onCompletion(entry.userData, -Errno.ECANCELED, 0);
    }
  }

  /** What the kernel knows an operation by, given what its submitter knows it by. */
  long targetOf(long userData) {
    if (live > 0) {
      for (Emulated entry : table) {
        if (entry != null && entry.userData == userData) {
          entry.goesOn = false;
          return entry.tag();
        }
      }
    }
    return userData;
  }

  void stopFd(int fd) {
    for (Emulated entry : table) {
      if (entry != null && entry.fd == fd) {
        entry.goesOn = false;
      }
    }
  }

  void stopAll() {
    for (Emulated entry : table) {
      if (entry != null) {
        entry.goesOn = false;
      }
    }
  }

  /**
   * A completion under a tag of this class: hands on what the submitter expects.
   *
   * @param ring for the next round of a multishot operation
   * @return whether an entry was submitted again
   */
  boolean complete(long tag, int res, int cqeFlags, Ring ring, CompletionHandler handler) {
    Emulated entry = table.get((int) (tag & 0xffff_ffffL));
    if (entry == null) {
      throw new IllegalStateException(
          "completion for an operation that has ended, tag 0x" + Long.toHexString(tag));
    }
    PolledCall call = entry.polled;
    if (call != null) {
      return completePolled(entry, call, res, ring, handler);
    }
    int result = entry.translate(res);
    int flags = entry.completionFlags(result, cqeFlags);
    boolean useful = entry.op == Op.ACCEPT ? result >= 0 : result > 0;
    if (entry.goesOn && useful) {
      Sqe next = ring.nextUnchained();
      if (next != null) {
        next.fillAgain(entry);
        unsubmittedRounds.add(entry);
        unsubmitted = true;
        handler.onCompletion(entry.userData, result, flags | CompletionHandler.MORE);
        return true;
      }
    }
    remove(entry);
    handler.onCompletion(entry.userData, result, flags);
    return false;
  }

  private boolean completePolled(
      Emulated entry, PolledCall call, int res, Ring ring, CompletionHandler handler) {
    int result = res;
    if (!entry.decided) {
      result = call.finish(calls, res);
    } else if (res >= 0) {
      result = entry.result;
    }
    entry.decided = false;
    boolean waitsOn = result == -Errno.EAGAIN;
    if (waitsOn || (entry.goesOn && result >= 0)) {
      Sqe next = ring.nextUnchained();
      if (next != null) {
        next.fillAgain(entry);
        unsubmittedRounds.add(entry);
        unsubmitted = true;
        if (!waitsOn) {
          handler.onCompletion(entry.userData, result, CompletionHandler.MORE);
        }
        return true;
      }
    }
    remove(entry);
    handler.onCompletion(entry.userData, result, 0);
    return false;
  }

  private Emulated add(Emulated entry) {
    int index = live == table.size() ? -1 : table.indexOf(null);
    if (index < 0) {
      index = table.size();
      table.add(entry);
    } else {
      table.set(index, entry);
    }
    entry.index = index;
    live++;
    return entry;
  }

  private void remove(Emulated entry) {
    table.set(entry.index, null);
    live--;
  }

  /** One operation under way here. */
  static final class Emulated {
    final Op op;

    /** Descriptor or first argument. */
    final int fd;

    /** Operation flags or second argument. */
    final int flags;

    long userData;
    @Nullable BufferGroup group;
    boolean borrows;
    boolean goesOn;
    boolean fixedFile;

    /** What is tried and waited for; null for the other ways. */
    @Nullable PolledCall polled;

    private int slot;

    /** Whether a polled call has its result, so that the ring's entry is a NOP. */
    private boolean decided;

    private int index;
    private int third;
    private int result;
    private @Nullable MemorySegment memory;
    private @Nullable MemorySegment secondMemory;
    private int buffer = -1;

    private Emulated(Op op, int fd, int flags) {
      this.op = op;
      this.fd = fd;
      this.flags = flags;
    }

    /** User data that the kernel sees. */
    long tag() {
      return TAG | index;
    }

    /** Takes a buffer from the group, false if it has none. */
    boolean takeBuffer() {
      buffer = group().take();
      return buffer >= 0;
    }

    /** The buffer taken. */
    MemorySegment buffer() {
      return group().buffer(buffer);
    }

    private BufferGroup group() {
      if (group == null) {
        throw new IllegalStateException(op + " has no buffer group");
      }
      return group;
    }

    private MemorySegment memory() {
      return memory == null ? MemorySegment.NULL : memory;
    }

    private MemorySegment secondMemory() {
      return secondMemory == null ? MemorySegment.NULL : secondMemory;
    }

    private int run(SystemCalls calls) {
      return switch (op) {
        case SOCKET -> calls.socket(fd, flags, third);
        case BIND -> calls.bind(fd, memory());
        case LISTEN -> calls.listen(fd, flags);
        case SHUTDOWN -> calls.shutdown(fd, flags);
        case OPENAT -> calls.openat(fd, memory(), flags, third);
        case UNLINKAT -> calls.unlinkat(fd, memory(), flags);
        case RENAMEAT -> calls.renameat(fd, memory(), third, secondMemory(), flags);
        case FTRUNCATE -> calls.ftruncate(fd, (long) flags << 32 | Integer.toUnsignedLong(third));
        default -> throw new IllegalStateException(op + " is not made directly");
      };
    }

    /** The result for the submitter, given that of the ring's entry. */
    private int translate(int res) {
      if (op != Op.ACCEPT && op != Op.RECV) {
        return res < 0 ? res : result;
      }
      if (!borrows) {
        return res;
      }
      if (buffer < 0) {
        return res < 0 ? res : -Errno.ENOBUFS;
      }
      if (res <= 0) {
        giveBufferBack();
      }
      return res;
    }

    private void giveBufferBack() {
      if (buffer >= 0) {
        group().putBack(buffer);
        buffer = -1;
      }
    }

    private int completionFlags(int result, int cqeFlags) {
      if (!borrows) {
        return cqeFlags & ~CompletionHandler.MORE;
      }
      return result > 0 ? CompletionHandler.BUFFER | buffer << 16 : 0;
    }
  }
}
