// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

/**
 * A kind of thing that can go wrong, or merely go differently, in a {@link Simulation}. How often
 * each does is what a {@link FaultPlan} says.
 */
public enum Fault {
  // ---- threads

  /** A thread that enters the kernel lets others run first. */
  THREAD_PREEMPTED(Group.THREADS, 0.5),

  // ---- rings

  /** The kernel takes no submission now: {@code enter} takes fewer entries, or answers EBUSY. */
  RING_BUSY(Group.RING, 0.02),
  /** A completion goes to the backlog although the queue has room. */
  RING_OVERFLOW(Group.RING, 0.02),
  /** An operation is begun late, so that others overtake it. */
  RING_LATE_START(Group.RING, 0.2),
  /** An operation is done, but its completion comes late: a cancel meanwhile fails. */
  RING_LATE_COMPLETION(Group.RING, 0.2),
  /** A wait returns without anything having completed. */
  RING_SPURIOUS_WAKEUP(Group.RING, 0.05),
  /** A linked operation fails, and with it all behind it in the chain. */
  RING_BROKEN_LINK(Group.RING, 0.01),
  /** A multishot operation ends although it could go on. */
  RING_EARLY_MULTISHOT_END(Group.RING, 0.05),
  /** An operation never ends until it is cancelled. */
  RING_STUCK(Group.RING, 0),
  /** EPERM instead of being begun. */
  RING_NO_PERMISSION(Group.RING, 0),
  /** ENOMEM instead of being begun. */
  RING_NO_MEMORY(Group.RING, 0.002),
  /** EINTR from an operation. */
  RING_INTERRUPTED(Group.RING, 0.02),

  // ---- disks

  /** A read returns fewer bytes than there are. */
  DISK_SHORT_READ(Group.DISK, 0.05),
  /** A write takes fewer bytes than it was given. */
  DISK_SHORT_WRITE(Group.DISK, 0.05),
  /** EAGAIN from a read or write. */
  DISK_TRY_AGAIN(Group.DISK, 0),
  /** EIO from a read. */
  DISK_READ_ERROR(Group.DISK, 0.002),
  /** EIO from a write. */
  DISK_WRITE_ERROR(Group.DISK, 0.002),
  /** EIO from a sync; what was to be made durable may be lost. */
  DISK_SYNC_ERROR(Group.DISK, 0.002),
  /** ENOSPC although {@link FaultPlan.Limit#DISK_SIZE} is not reached. */
  DISK_FULL(Group.DISK, 0.002),
  /** A call takes {@link FaultPlan.Limit#DISK_LATENCY_TAIL}. */
  DISK_SLOW(Group.DISK, 0.02),

  // ---- what a power cut leaves

  /** A page that was not synced did not reach the disk. */
  CRASH_LOST_WRITE(Group.CRASH, 0.5),
  /** Pages reach the disk in another order than they were written. */
  CRASH_REORDERED_WRITES(Group.CRASH, 0.5),
  /** Of a page that was being written, some sectors are new and some old. */
  CRASH_TORN_SECTORS(Group.CRASH, 0.3),
  /** A name that was made, changed or removed without a sync of its directory is as it was. */
  CRASH_LOST_NAME(Group.CRASH, 0.5),

  // ---- disks that lie

  /** A write is said to be on the disk, synced even, and never gets there. */
  DISK_LOST_WRITE(Group.CORRUPTION, 0.002),
  /** A write goes to another place of the same file. */
  DISK_MISDIRECTED_WRITE(Group.CORRUPTION, 0.002),
  /** A bit of what is stored has changed when it is read. */
  DISK_BIT_ROT(Group.CORRUPTION, 0.002),

  // ---- networks

  /** A datagram is lost. */
  NET_LOSS(Group.NETWORK, 0.05),
  /** A datagram arrives twice. */
  NET_DUPLICATE(Group.NETWORK, 0.02),
  /** A datagram arrives after later ones. */
  NET_REORDER(Group.NETWORK, 0.05),
  /** Something takes {@link FaultPlan.Limit#LINK_DELAY_TAIL} to arrive. */
  NET_SLOW(Group.NETWORK, 0.02),
  /** A connection is reset. */
  NET_RESET(Group.NETWORK, 0.002),
  /** A connection is refused although somebody listens. */
  NET_REFUSED(Group.NETWORK, 0.01),
  /** One end of a connection is gone without the other being told. */
  NET_HALF_OPEN(Group.NETWORK, 0.001),
  /** A send takes fewer bytes than there is room for. */
  NET_SHORT_SEND(Group.NETWORK, 0.1),
  /** A receive returns fewer bytes than there are. */
  NET_SHORT_RECEIVE(Group.NETWORK, 0.1),
  /** What was received is taken from the network late, so that the sender runs out of window. */
  NET_SLOW_READER(Group.NETWORK, 0.02),
  /** Two hosts lose each other, in both directions. */
  NET_PARTITION(Group.NETWORK, 0.0005),
  /** A host no longer reaches another, which still reaches it. */
  NET_ONE_WAY_PARTITION(Group.NETWORK, 0.0005);

  /** What a fault belongs to. */
  public enum Group {
    /** Which thread runs when. */
    THREADS,
    /** The ring and its protocol. */
    RING,
    /** Errors and delays that a disk reports truthfully. */
    DISK,
    /** What a power cut leaves of unsynced data. */
    CRASH,
    /** A disk that returns other data than was written, without an error. */
    CORRUPTION,
    /** Links between hosts, and connections. */
    NETWORK
  }

  private final Group group;
  private final double swarmMost;

  Fault(Group group, double swarmMost) {
    this.group = group;
    this.swarmMost = swarmMost;
  }

  /** What it belongs to. */
  public Group group() {
    return group;
  }

  /** Highest probability that {@link FaultPlan#swarm} gives it; 0 for never. */
  public double swarmMost() {
    return swarmMost;
  }
}
