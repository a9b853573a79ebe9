// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.BufferGroup;
import dev.xsc.ring.Ring;
import dev.xsc.spi.KernelException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/** Numbers the buffer groups of one ring. Loop thread only. */
final class BufferGroups {
  private static final Logger LOG = System.getLogger("dev.xsc");

  private final Ring ring;
  private final BitSet used = new BitSet();

  BufferGroups(Ring ring) {
    this.ring = ring;
  }

  /** Makes a group over this memory, which must live until it is closed. */
  BufferGroup open(MemorySegment memory, int bufferSize, int count) throws KernelException {
    int number = used.nextClearBit(0);
    BufferGroup group = ring.registerBufferGroup(number, memory, bufferSize, count);
    used.set(number);
    return group;
  }

  /** Forgets a group whose receives have ended. */
  void close(BufferGroup group) {
    try {
      ring.unregisterBufferGroup(group);
      used.clear(group.number());
    } catch (KernelException e) {
      // The number stays taken; all else works.
      LOG.log(Level.WARNING, "buffer group " + group.number() + " stays registered", e);
    }
  }
}
