// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import dev.xsc.ring.BufferGroup;
import dev.xsc.ring.CompletionHandler;

/** One completion, kept. */
record Cqe(long userData, int result, int flags) {
  boolean more() {
    return (flags & CompletionHandler.MORE) != 0;
  }

  boolean hasBuffer() {
    return (flags & CompletionHandler.BUFFER) != 0;
  }

  int bufferId() {
    return BufferGroup.bufferId(flags);
  }

  @Override
  public String toString() {
    return "cqe["
        + userData
        + " -> "
        + Results.name(result)
        + (flags == 0 ? "" : " flags=" + flags)
        + "]";
  }
}
