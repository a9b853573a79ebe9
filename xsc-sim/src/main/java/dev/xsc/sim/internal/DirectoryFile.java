// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.io.IOException;

/**
 * An open directory: a starting point for relative paths, also for a call that is under way when it
 * is closed.
 */
public interface DirectoryFile extends FileObject {
  /** Makes its entries durable. */
  void force() throws IOException;
}
