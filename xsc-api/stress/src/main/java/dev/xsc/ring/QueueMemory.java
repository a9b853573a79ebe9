// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.CqeLayout;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeLayout;
import java.lang.foreign.MemorySegment;

/** Small queues in heap memory, whose kernel side the stress tests play themselves. */
final class QueueMemory {
  private QueueMemory() {}

  static RingMemory.Submission submission() {
    MemorySegment entries = MemorySegment.ofArray(new long[2 * SqeLayout.SIZE / Long.BYTES]);
    return new RingMemory.Submission(word(), word(), word(), word(), entries, 2);
  }

  static RingMemory.Completion completion() {
    MemorySegment entries = MemorySegment.ofArray(new long[CqeLayout.SIZE / Long.BYTES]);
    return new RingMemory.Completion(word(), word(), word(), entries, 1);
  }

  private static MemorySegment word() {
    return MemorySegment.ofArray(new int[1]);
  }
}
