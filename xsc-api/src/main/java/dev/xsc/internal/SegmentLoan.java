// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Loans of memory that the library does not own.
 *
 * <p>Native memory is lent as it is: its owner keeps it alive, as the API demands. Heap memory, and
 * in checked mode all foreign memory, is copied, so that a kernel never holds an address that could
 * be freed under it.
 */
public final class SegmentLoan {
  private SegmentLoan() {}

  /**
   * The fitting loan.
   *
   * @param reads whether the kernel writes into the memory, as a read does
   * @param checked whether foreign native memory is copied too
   * @throws IllegalArgumentException for a read into read-only memory
   */
  public static Loan of(MemorySegment memory, boolean reads, boolean checked) {
    if (reads && memory.isReadOnly()) {
      throw new IllegalArgumentException(
          "read into a read-only segment of " + memory.byteSize() + " bytes: lend a writable one");
    }
    return memory.isNative() && !checked ? new Direct(memory) : new Copied(memory, reads);
  }

  private record Direct(MemorySegment segment) implements Loan {
    @Override
    public void begin(Op op) {
      if (!segment.scope().isAlive()) {
        throw new IllegalStateException(
            "the memory for " + op + " is freed already: keep its arena open");
      }
    }

    @Override
    public void end(long transferred) {}
  }

  private static final class Copied implements Loan {
    private final MemorySegment original;
    private final MemorySegment copy;
    private final boolean reads;

    Copied(MemorySegment original, boolean reads) {
      this.original = original;
      this.reads = reads;
      // Freed by the collector: a shared arena would cost a handshake of all threads on each
      // operation.
      this.copy =
          Arena.ofAuto()
              .allocate(Math.max(1, original.byteSize()), 8)
              .asSlice(0, original.byteSize());
    }

    @Override
    public MemorySegment segment() {
      return copy;
    }

    @Override
    public void begin(Op op) {
      if (!reads) {
        copy.copyFrom(original);
      }
    }

    @Override
    public void end(long transferred) {
      if (reads && transferred > 0) {
        if (!original.scope().isAlive()) {
          throw new IllegalStateException(
              "memory of "
                  + original.byteSize()
                  + " bytes was freed while an operation had it: keep its arena open");
        }
        MemorySegment.copy(copy, 0, original, 0, transferred);
      }
    }
  }
}
