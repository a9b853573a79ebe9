// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Posix;

/** A symbolic link; its target never changes. */
final class SymbolicLink extends Inode {
  final String target;

  SymbolicLink(long number, String target, long now) {
    super(number, Posix.S_IFLNK | 0777, now);
    this.target = target;
  }

  @Override
  long size() {
    return target.length();
  }
}
