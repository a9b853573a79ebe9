// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.Request;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches memory while it is the kernel's. What an operation will write to is filled with a
 * pattern, so that nobody who reads it too early finds what was there before, and what an operation
 * reads from is compared in the end. Bytes that the operation leaves alone get their old content
 * back.
 */
final class Custody {
  /** What memory in flight is filled with. */
  static final byte POISON = (byte) 0xDB;

  private final Map<Request, Loan> loans = new IdentityHashMap<>();

  private record Loan(byte[][] before, Throwable submission, long since) {}

  /** The request begins. */
  void lend(Request r, long now) {
    Buffers buffers = r.buffers();
    if (buffers.count() == 0 || buffers.total() == 0 || r.bounced()) {
      return;
    }
    byte[][] before = new byte[buffers.count()][];
    for (int i = 0; i < before.length; i++) {
      MemorySegment part = buffers.part(i);
      before[i] = part.toArray(ValueLayout.JAVA_BYTE);
      if (r.writesMemory()) {
        part.fill(POISON);
      }
    }
    loans.put(r, new Loan(before, new Throwable("submitted here"), now));
  }

  /** The request has ended; returns what was wrong, if anything. */
  @Nullable CustodyError giveBack(Request r, int result) {
    Loan loan = loans.remove(r);
    if (loan == null) {
      return null;
    }
    long skip = r.writesMemory() ? Math.max(result, 0) : 0;
    Buffers buffers = r.buffers();
    List<String> changed = new ArrayList<>();
    for (int i = 0; i < loan.before.length; i++) {
      byte[] before = loan.before[i];
      int from = (int) Math.min(skip, before.length);
      skip -= from;
      check(r, buffers.part(i), before, from, changed);
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
                + String.join(", ", changed),
            loan.submission);
  }

  private static void check(
      Request r, MemorySegment part, byte[] before, int from, List<String> changed) {
    for (int at = from; at < before.length; at++) {
      byte expected = r.writesMemory() ? POISON : before[at];
      if (part.get(ValueLayout.JAVA_BYTE, at) != expected) {
        changed.add("offset " + at + " of " + before.length);
        break;
      }
    }
    if (r.writesMemory()) {
      MemorySegment.copy(before, from, part, ValueLayout.JAVA_BYTE, from, before.length - from);
    }
  }
}
