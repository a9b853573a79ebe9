// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import java.io.IOException;

/**
 * One way to do a piece of work.
 *
 * @param name for people
 * @param work does it once
 */
public record Contender(String name, Work work) {
  /** The work. */
  public interface Work {
    /** Does it once, and says what it took. */
    Sample run() throws IOException;
  }
}
