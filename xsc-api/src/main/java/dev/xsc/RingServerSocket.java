// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.Command;
import dev.xsc.internal.Handle;
import dev.xsc.internal.MultishotAccept;
import dev.xsc.internal.SocketNames;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket; made by {@link Xsc#listen}. Accepted connections are spread over the event
 * loops.
 */
public final class RingServerSocket extends RingChannel {
  private volatile long acceptNanos;

  RingServerSocket(Xsc xsc, Handle handle) {
    super(xsc, handle);
  }

  /** Waits for a connection. */
  public RingSocket accept() throws IOException {
    return acceptOne().awaitValue();
  }

  /** {@link #accept()} without blocking. */
  public RingFuture<RingSocket> acceptAsync() {
    return acceptOne().submit();
  }

  /**
   * Accepts all connections from now on, with one submission where the kernel can.
   *
   * @param onConnection is given each one; called by the callback executor, several at a time
   * @return completes when accepting ends: cancelled, this socket closed, or failed
   */
  public RingFuture<@Nullable Void> acceptEach(Consumer<RingSocket> onConnection) {
    return new MultishotAccept(handle, fd -> onConnection.accept(connection(fd))).submit();
  }

  /**
   * Bounds each {@link #accept()} that starts from now on; the kernel ends it with a {@link
   * java.net.SocketTimeoutException}.
   *
   * @param time zero for no bound
   */
  public RingServerSocket acceptTimeout(Duration time) {
    acceptNanos = Xsc.nanos(time);
    return this;
  }

  /** The address that it listens on. */
  public SocketAddress localAddress() throws IOException {
    return SocketNames.local(handle);
  }

  private Command<RingSocket> acceptOne() {
    return new Command<>(
            handle.loop(),
            Op.ACCEPT,
            handle,
            handle.toString(),
            null,
            sqe -> sqe.accept(handle.fd(), Posix.SOCK_CLOEXEC),
            this::connection)
        .within(acceptNanos);
  }

  private RingSocket connection(int fd) {
    return new RingSocket(
        xsc, new Handle(xsc.nextLoop(), fd, "connection " + fd + " on " + handle));
  }
}
