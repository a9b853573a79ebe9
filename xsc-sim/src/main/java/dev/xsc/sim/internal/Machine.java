// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

/**
 * What the rings of one simulated machine share: descriptors, disk and network. Immutable; any
 * thread.
 *
 * @param descriptors open files by number
 * @param disk the file system
 * @param network sockets and pipes
 */
public record Machine(Descriptors descriptors, Disk disk, Network network) {
  /** A machine with nothing open. */
  public Machine(Disk disk, Network network) {
    this(new Descriptors(), disk, network);
  }
}
