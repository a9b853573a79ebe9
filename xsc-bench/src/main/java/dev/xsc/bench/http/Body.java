// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import dev.xsc.RingFile;

/** What follows the head of a response. */
sealed interface Body {
  /** Nothing. */
  record None() implements Body {
    @Override
    public long length() {
      return 0;
    }
  }

  /** Bytes in memory. */
  final class Bytes implements Body {
    private final byte[] bytes;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }

  /** A part of an open file, which whoever sends the response closes. */
  record Part(RingFile file, long position, long length) implements Body {}

  long length();
}
