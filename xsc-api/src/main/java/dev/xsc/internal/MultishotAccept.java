// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections with one entry until it is cancelled, its descriptor is closed, or accepting
 * fails.
 */
public final class MultishotAccept extends Operation<@Nullable Void> {
  private final Handle target;
  private final IntConsumer onConnection;

  /**
   * An operation on a listening descriptor.
   *
   * @param onConnection is given each connection's descriptor, by the loop's callback executor
   */
  public MultishotAccept(Handle handle, IntConsumer onConnection) {
    super(handle.loop(), Op.ACCEPT, handle);
    this.target = handle;
    this.onConnection = onConnection;
  }

  @Override
  void fill(Sqe sqe) {
    sqe.acceptMultishot(target.fd(), Posix.SOCK_CLOEXEC);
  }

  @Override
  void more(int res, int flags) {
    loop.deliver(() -> onConnection.accept(res));
  }

  @Override
  boolean again(int res) {
    if (res >= 0) {
      more(res, 0);
    }
    return res >= 0 || super.again(res);
  }

  @Override
  @Nullable Void value(int res) {
    return null;
  }
}
