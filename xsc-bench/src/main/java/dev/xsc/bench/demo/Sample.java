// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import dev.xsc.bench.info.Effort;

/**
 * One piece of work, measured.
 *
 * @param bytes moved
 * @param effort it took
 * @param nanos passed
 */
public record Sample(long bytes, Effort effort, long nanos) {
  /** Work done by calls, each of which is a system call or more. */
  static Sample ofCalls(long bytes, long calls, long nanos) {
    return new Sample(bytes, new Effort(calls, calls), nanos);
  }

  double bytesPerNano() {
    return (double) bytes / Math.max(1, nanos);
  }
}
