// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import java.io.IOException;

/** A file without offsets: pipes and connected sockets. */
public interface StreamFile extends FileObject {
  /**
   * Reads what is there.
   *
   * @param skip bytes of the buffers that are full already
   * @return bytes read, 0 at the end, or {@code -}{@link Errno#EAGAIN} if it is {@link Pollable}
   *     and has none now
   */
  int read(Buffers to, long skip) throws IOException;

  /** Writes what fits now; see {@link #read}. */
  int write(Buffers from, long skip) throws IOException;
}
