// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Loan of what remains in a {@link ByteBuffer}; its position moves by what was transferred. */
public final class ByteBufferLoan implements Loan {
  private final ByteBuffer buffer;
  private final Loan memory;

  /**
   * A loan of the bytes between position and limit.
   *
   * @param reads whether the kernel writes into them
   * @throws IllegalArgumentException for a read into a read-only buffer
   */
  public ByteBufferLoan(ByteBuffer buffer, boolean reads, boolean checked) {
    if (reads && buffer.isReadOnly()) {
      throw new IllegalArgumentException(
          "read into a read-only " + buffer + ": lend a writable one");
    }
    this.buffer = buffer;
    this.memory = SegmentLoan.of(MemorySegment.ofBuffer(buffer), reads, checked);
  }

  @Override
  public MemorySegment segment() {
    return memory.segment();
  }

  @Override
  public void begin(Op op) {
    memory.begin(op);
  }

  @Override
  public void end(long transferred) {
    memory.end(transferred);
    buffer.position(buffer.position() + (int) transferred);
  }
}
