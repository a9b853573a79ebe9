// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.ring.Errno;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.Network;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;

/** The network of a computer that is not connected to any. */
final class NoNetwork implements Network {
  @Override
  public SocketObject socket(int domain, int type, int protocol) throws IOException {
    throw new ErrnoException(Errno.EAFNOSUPPORT);
  }

  @Override
  public Pipe pipe() throws IOException {
    throw new ErrnoException(Errno.ENOSYS);
  }
}
