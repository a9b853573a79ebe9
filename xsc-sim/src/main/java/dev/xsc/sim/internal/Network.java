// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.io.IOException;

/** Makes sockets and pipes. Any thread. */
public interface Network {
  /**
   * {@code socket(2)}.
   *
   * @param type without {@code SOCK_NONBLOCK} and {@code SOCK_CLOEXEC}
   */
  SocketObject socket(int domain, int type, int protocol) throws IOException;

  /** {@code pipe(2)}. */
  Pipe pipe() throws IOException;

  /**
   * The two ends.
   *
   * @param source reading
   * @param sink writing
   */
  record Pipe(StreamFile source, StreamFile sink) {}
}
