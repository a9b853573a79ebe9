// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Machine;

/** Makes machines over this machine's files and sockets. */
public final class LiveMachine {
  private LiveMachine() {}

  /** A machine with no descriptors open. */
  public static Machine create() {
    return new Machine(new LiveDisk(), new LiveNetwork());
  }
}
