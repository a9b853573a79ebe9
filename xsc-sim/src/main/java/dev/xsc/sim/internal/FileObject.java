// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.io.IOException;

/**
 * What an open file is open on: the part of it that the world supplies. Reached through {@link
 * OpenFile}, which counts its users and closes it when the last has gone.
 *
 * <p>Safe from any thread: rings of one machine share descriptors. Methods of all its kinds report
 * failure by an exception that {@link Errors} has a number for.
 */
public interface FileObject {
  /** Fills in what is known about the file. */
  void stat(FileStat to) throws IOException;

  /** Whether calls on it may take long, and belong on a thread that may wait. */
  default boolean slow() {
    return false;
  }

  /** Gives it back to the world. Called once. */
  void close() throws IOException;
}
