// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.Request;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches memory while it is the kernel's. What an operation will write to is filled with a
 * pattern, so that nobody who reads it too early finds what was there before, and what an operation
 * reads from is compared in the end. Bytes that the operation leaves alone get their old content
 * back.
 *
 * <p>Memory that two operations in flight share is left alone if one of them writes to it: what is
 * in it is then nobody's business until both have ended.
 */
final class Custody {
  /** What memory in flight is filled with. */
  static final byte POISON = (byte) 0xDB;

  private final IdentityHashMap<Request, Loan> loans = new IdentityHashMap<>();

  /** Parts of loans by address; of several with the same address, one. */
  private final NavigableMap<Long, Part> byAddress = new TreeMap<>();

  /** Longest part that there has been, which bounds how far back one can begin. */
  private long longest;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Part(Loan loan, MemorySegment memory, byte[] before) {
    long end() {
      return memory.address() + memory.byteSize();
    }
  }

  private static final class Loan {
    final List<Part> parts = new ArrayList<>(1);
    final Throwable submission = new Throwable("submitted here");
    final boolean written;
    final long since;
    boolean shared;

    Loan(boolean written, long since) {
      this.written = written;
      this.since = since;
    }
  }

  /** The request begins. */
  void lend(Request r, long now) {
    Buffers buffers = r.buffers();
    if (buffers.count() == 0 || buffers.total() == 0 || r.bounced()) {
      return;
    }
    Loan loan = new Loan(r.writesMemory(), now);
    for (int i = 0; i < buffers.count(); i++) {
      MemorySegment memory = buffers.part(i);
      share(loan, memory);
      loan.parts.add(new Part(loan, memory, memory.toArray(ValueLayout.JAVA_BYTE)));
    }
    for (Part part : loan.parts) {
      if (loan.written && !loan.shared) {
        part.memory.fill(POISON);
      }
      byAddress.put(part.memory.address(), part);
      longest = Math.max(longest, part.memory.byteSize());
    }
    loans.put(r, loan);
  }

  /** Finds whom the memory is shared with. */
  private void share(Loan loan, MemorySegment memory) {
    long start = memory.address();
    long end = start + memory.byteSize();
    for (Part other : byAddress.subMap(start - longest, end).values()) {
      if (other.end() > start && (loan.written || other.loan.written)) {
        loan.shared = true;
        if (!other.loan.shared) {
          other.loan.shared = true;
          if (other.loan.written) {
            restore(other.loan, 0);
          }
        }
      }
    }
  }

  /** The request has ended; returns what was wrong, if anything. */
  @Nullable CustodyError giveBack(Request r, int result) {
    Loan loan = loans.remove(r);
    if (loan == null) {
      return null;
    }
    for (Part part : loan.parts) {
      byAddress.remove(part.memory.address(), part);
    }
    if (loan.shared) {
      return null;
    }
    long transferred = loan.written ? Math.max(result, 0) : 0;
    String changed = changed(loan, transferred);
    if (loan.written) {
      restore(loan, transferred);
    }
    return changed.isEmpty()
        ? null
        : new CustodyError(
            r.name()
                + " #"
                + Long.toHexString(r.userData())
                + ", in flight since "
                + loan.since
                + " ns: its memory was changed by somebody else before it had ended, at "
                + changed,
            loan.submission);
  }

  private static String changed(Loan loan, long transferred) {
    long skip = transferred;
    for (Part part : loan.parts) {
      int length = part.before.length;
      for (int at = (int) Math.min(skip, length); at < length; at++) {
        byte expected = loan.written ? POISON : part.before[at];
        if (part.memory.get(ValueLayout.JAVA_BYTE, at) != expected) {
          return "offset " + at + " of " + length;
        }
      }
      skip = Math.max(0, skip - length);
    }
    return "";
  }

  /** Puts back what was there, apart from the first bytes; only what is still the pattern. */
  private static void restore(Loan loan, long transferred) {
    long skip = transferred;
    for (Part part : loan.parts) {
      int length = part.before.length;
      for (int at = (int) Math.min(skip, length); at < length; at++) {
        if (part.memory.get(ValueLayout.JAVA_BYTE, at) == POISON) {
          part.memory.set(ValueLayout.JAVA_BYTE, at, part.before[at]);
        }
      }
      skip = Math.max(0, skip - length);
    }
  }
}
