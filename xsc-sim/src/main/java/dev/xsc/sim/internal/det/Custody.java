// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.Request;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Watches memory while it is the kernel's. What an operation will write to is filled with a
 * pattern, so that nobody who reads it too early finds what was there before, and what an operation
 * reads from is compared in the end. Bytes that the operation leaves alone get their old content
 * back.
 *
 * <p>Memory that two operations in flight share is left alone if one of them writes to it: what is
 * in it is then nobody's business until both have ended.
 *
 * <p>One ring's. Every operation with memory passes through here, so nothing is allocated once
 * there have been as many in flight as there are.
 */
final class Custody {
  /** What memory in flight is filled with. */
  static final byte POISON = (byte) 0xDB;

  /** Copies that are larger are not kept for further operations. */
  private static final int KEPT = 1 << 16;

  private static final MemorySegment PATTERN = pattern();

  private final boolean origins;

  /** Parts of loans, in the order of their addresses. */
  private @Nullable Part[] parts = new Part[32];

  private int count;

  /** Longest part that there has been, which bounds how far back one can begin. */
  private long longest;

  private final ArrayDeque<Part> freeParts = new ArrayDeque<>();
  private final ArrayDeque<Loan> freeLoans = new ArrayDeque<>();

  /**
   * Nothing is lent.
   *
   * @param origins whether to keep where each operation was submitted
   */
  Custody(boolean origins) {
    this.origins = origins;
  }

  private static MemorySegment pattern() {
    byte[] bytes = new byte[KEPT];
    Arrays.fill(bytes, POISON);
    return MemorySegment.ofArray(bytes).asReadOnly();
  }

  /** The memory of one operation. */
  private static final class Loan {
    @Nullable Part first;
    @Nullable Throwable origin;
    boolean written;
    boolean shared;
    long since;
  }

  /** A piece of it, and a copy of its content. */
  private static final class Part {
    @Nullable Loan loan;
    @Nullable Part next;
    MemorySegment memory = MemorySegment.NULL;
    long address;
    int length;
    MemorySegment before = MemorySegment.ofArray(new byte[0]);

    void begin(Loan owner, MemorySegment lent) {
      loan = owner;
      next = owner.first;
      owner.first = this;
      memory = lent;
      address = lent.address();
      length = Math.toIntExact(lent.byteSize());
      if (before.byteSize() < length) {
        before = MemorySegment.ofArray(new byte[length]);
      }
      MemorySegment.copy(memory, 0, before, 0, length);
    }

    /** Position of the first byte that is not the pattern, or another than before; −1 if none. */
    long changed(int from, boolean written) {
      if (!written) {
        long at = MemorySegment.mismatch(memory, from, length, before, from, length);
        return at < 0 ? -1 : from + at;
      }
      for (int start = from; start < length; start += KEPT) {
        int end = Math.min(length, start + KEPT);
        long at = MemorySegment.mismatch(memory, start, end, PATTERN, 0, end - start);
        if (at >= 0) {
          return start + at;
        }
      }
      return -1;
    }

    /** Puts the old content back in place of the pattern. */
    void restore(int from) {
      if (from < length && changed(from, true) < 0) {
        MemorySegment.copy(before, from, memory, from, length - from);
        return;
      }
      for (int at = from; at < length; at++) {
        if (memory.get(ValueLayout.JAVA_BYTE, at) == POISON) {
          memory.set(ValueLayout.JAVA_BYTE, at, before.get(ValueLayout.JAVA_BYTE, at));
        }
      }
    }
  }

  /** The request begins. */
  void lend(Request r, long now) {
    Buffers buffers = r.buffers();
    if (buffers.total() == 0 || r.bounced()) {
      return;
    }
    Loan loan = freeLoans.isEmpty() ? new Loan() : freeLoans.pop();
    loan.written = r.writesMemory();
    loan.shared = false;
    loan.since = now;
    loan.origin = origins ? new Throwable("submitted here") : null;
    for (int i = buffers.count() - 1; i >= 0; i--) {
      share(loan, buffers.part(i));
      Part part = freeParts.isEmpty() ? new Part() : freeParts.pop();
      part.begin(loan, buffers.part(i));
    }
    for (Part part = loan.first; part != null; part = part.next) {
      if (loan.written && !loan.shared) {
        part.memory.fill(POISON);
      }
      insert(part);
      longest = Math.max(longest, part.length);
    }
    r.loan = loan;
  }

  /** Finds whom the memory is shared with. */
  private void share(Loan loan, MemorySegment memory) {
    long start = memory.address();
    long end = start + memory.byteSize();
    for (int i = position(start - longest); i < count; i++) {
      Part other = at(i);
      if (other.address >= end) {
        return;
      }
      Loan theirs = other.loan;
      if (theirs == null || other.address + other.length <= start) {
        continue;
      }
      if (loan.written || theirs.written) {
        loan.shared = true;
        if (!theirs.shared) {
          theirs.shared = true;
          if (theirs.written) {
            restore(theirs, 0);
          }
        }
      }
    }
  }

  /** The request has ended; returns what was wrong, if anything. */
  @Nullable CustodyError giveBack(Request r, int result) {
    if (!(r.loan instanceof Loan loan)) {
      return null;
    }
    r.loan = null;
    CustodyError misuse = loan.shared ? null : settle(loan, r, result);
    Part part = loan.first;
    while (part != null) {
      Part next = part.next;
      remove(part);
      part.loan = null;
      part.next = null;
      part.memory = MemorySegment.NULL;
      if (part.before.byteSize() <= KEPT) {
        freeParts.push(part);
      }
      part = next;
    }
    loan.first = null;
    loan.origin = null;
    freeLoans.push(loan);
    return misuse;
  }

  private static @Nullable CustodyError settle(Loan loan, Request r, int result) {
    long transferred = loan.written ? Math.max(result, 0) : 0;
    String changed = changed(loan, transferred);
    if (loan.written) {
      restore(loan, transferred);
    }
    if (changed.isEmpty()) {
      return null;
    }
    String what = r.name() + " #" + Long.toHexString(r.userData());
    String hint =
        loan.origin == null ? "; a run that keeps origins shows where it was submitted" : "";
    return new CustodyError(
        what
            + ", in flight since "
            + loan.since
            + " ns: its memory was changed by somebody else before it had ended, at "
            + changed
            + hint,
        loan.origin);
  }

  private static String changed(Loan loan, long transferred) {
    long skip = transferred;
    for (Part part = loan.first; part != null; part = part.next) {
      long at = part.changed((int) Math.min(skip, part.length), loan.written);
      if (at >= 0) {
        return "offset " + at + " of " + part.length;
      }
      skip = Math.max(0, skip - part.length);
    }
    return "";
  }

  /** Puts back what was there, apart from the first bytes; only what is still the pattern. */
  private static void restore(Loan loan, long transferred) {
    long skip = transferred;
    for (Part part = loan.first; part != null; part = part.next) {
      part.restore((int) Math.min(skip, part.length));
      skip = Math.max(0, skip - part.length);
    }
  }

  // ---- parts by address

  /** Of the first part that does not begin before an address. */
  private int position(long address) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(middle).address < address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void insert(Part part) {
    if (count == parts.length) {
      parts = Arrays.copyOf(parts, 2 * count);
    }
    int position = position(part.address);
    System.arraycopy(parts, position, parts, position + 1, count++ - position);
    parts[position] = part;
  }

  @SuppressWarnings("ReferenceEquality") // several may begin at one address
  private void remove(Part part) {
    int position = position(part.address);
    while (at(position) != part) {
      position++;
    }
    System.arraycopy(parts, position + 1, parts, position, --count - position);
    parts[count] = null;
  }

  private Part at(int position) {
    Part part = parts[position];
    if (part == null) {
      throw new IllegalStateException("no part at " + position + " of " + count);
    }
    return part;
  }
}
