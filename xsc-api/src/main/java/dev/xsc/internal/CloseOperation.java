// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import dev.xsc.ring.Sqe;
import org.jspecify.annotations.Nullable;

/**
 * Gives a descriptor back to the kernel. Needs no permit, and belongs to no handle: it comes after
 * the handle's users.
 */
final class CloseOperation extends Operation<@Nullable Void> {
  private final int fd;
  private final String name;

  CloseOperation(EventLoop loop, int fd, String name) {
    super(loop, Op.CLOSE, null);
    this.fd = fd;
    this.name = name;
  }

  int fd() {
    return fd;
  }

  @Override
  void fill(Sqe sqe) {
    sqe.close(fd);
  }

  @Override
  boolean again(int res) {
    // After EINTR Linux has closed the descriptor all the same; its number may be somebody else's
    // by now.
    return false;
  }

  @Override
  @Nullable Void value(int res) {
    return null;
  }

  @Override
  String target() {
    return name;
  }
}
