// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

/**
 * What a decision is about, apart from whether a {@link dev.xsc.sim.Fault} strikes. Each has a
 * stream of decisions of its own, so that one more decision about one thing changes no decision
 * about another.
 */
public enum Choice {
  /** Which of the threads that can run does. */
  NEXT_THREAD,
  /** Which of several events of the same moment comes first. */
  EVENT_ORDER,
  /** How long a call on a ring takes. */
  RING_LATENCY,
  /** How late a late start or completion is. */
  RING_DELAY,
  /** Which operation is meant, where a fault has to choose. */
  RING_TARGET,
  /** How long a call to the disk takes. */
  DISK_LATENCY,
  /** How many bytes of a read or write are transferred. */
  DISK_LENGTH,
  /** Where a misdirected write goes, or which bit rots. */
  DISK_PLACE,
  /** Which of the unsynced changes a power cut leaves. */
  CRASH_STATE,
  /** Which sectors of a page a power cut leaves. */
  CRASH_SECTORS,
  /** How long a packet takes. */
  NET_DELAY,
  /** How many bytes are sent or received at once. */
  NET_LENGTH,
  /** How long a partition lasts, or between which hosts it is. */
  NET_PARTITION,
  /** Which port or address is given out. */
  NET_ADDRESS,
  /** When a power cut happens. */
  CRASH_TIME,
  /** What the test itself asked to be decided. */
  TEST
}
