// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

/** Is told how far a copy has come; called by several threads at a time. */
public interface Progress {
  /** Ignores it. */
  Progress NONE = (what, done, total) -> {};

  /**
   * Some bytes more are done.
   *
   * @param what is being done
   * @param done bytes up to now
   * @param total bytes
   */
  void advanced(String what, long done, long total);
}
