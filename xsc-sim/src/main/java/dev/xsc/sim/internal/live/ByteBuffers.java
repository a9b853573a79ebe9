// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Buffers;
import java.nio.ByteBuffer;

/** NIO's view of memory. Stateless. */
final class ByteBuffers {
  private ByteBuffers() {}

  /** A view of each segment, without the first {@code skip} bytes of all. */
  static ByteBuffer[] of(Buffers buffers, long skip) {
    ByteBuffer[] views = new ByteBuffer[buffers.count()];
    for (int i = 0; i < views.length; i++) {
      views[i] = buffers.rest(i, skip).asByteBuffer();
    }
    return views;
  }
}
