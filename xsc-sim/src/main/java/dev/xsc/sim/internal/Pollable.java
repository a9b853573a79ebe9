// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Posix;
import java.io.IOException;

/**
 * A file whose calls never wait but return {@code -EAGAIN}, and that can tell when to try again.
 */
public interface Pollable extends FileObject {
  /**
   * What {@code poll(2)} would report.
   *
   * @param hint events that the world has just announced
   * @param wanted events asked for
   * @return those of {@code wanted}, {@link Posix#POLLERR} and {@link Posix#POLLHUP} that hold
   */
  int poll(int hint, int wanted) throws IOException;

  /**
   * After {@link #close()}: waits until it has taken effect outside this process. Not from a kernel
   * thread, which would wait for itself.
   */
  default void awaitClosed() {}
}
