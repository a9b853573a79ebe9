// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import dev.xsc.ring.Capabilities;
import dev.xsc.ring.KernelKind;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The kernel side of one ring: owns the shared memory and hears the doorbell. The ring protocol
 * itself is not here but in {@link dev.xsc.ring.Ring}, which is the same over all kernels.
 *
 * <p>Owned by one ring. Every method except {@link #wake()} and {@link #calls()} is called by the
 * ring's owner thread only. Methods that register something throw {@link KernelException} with
 * errno, what was asked for, and the remedy.
 */
public interface Kernel extends AutoCloseable {
  /** Flag of {@link #enter}: the kernel's submission thread sleeps and is to be woken. */
  int ENTER_WAKEUP = 1;

  /** Flag of {@link #enter}: run pending completion work even if {@code minComplete} is 0. */
  int ENTER_EVENTS = 1 << 1;

  /** Time-out that never ends. */
  long FOREVER = Long.MAX_VALUE;

  /** Which kernel this is. */
  KernelKind kind();

  /** The memory shared with the user side. */
  RingMemory memory();

  /** How operations are written into submission queue entries. */
  SqeDialect dialect();

  /** What this kernel does natively. Nothing is reported as emulated here: the ring adds that. */
  Capabilities capabilities();

  /**
   * Whether a thread of the kernel takes submissions by itself, so that {@link #enter} is needed
   * only to wake it.
   */
  boolean polls();

  /**
   * Hands over submissions, then waits for completions.
   *
   * @param toSubmit entries to take, 0 or more
   * @param minComplete wait until this many completions are ready
   * @param timeoutNanos bounds the wait; {@link #FOREVER} does not
   * @param flags {@link #ENTER_WAKEUP}, {@link #ENTER_EVENTS}
   * @return entries taken, or a negated errno; {@code -EINTR} and {@code -ETIME} say that the wait
   *     ended early
   */
  int enter(int toSubmit, int minComplete, long timeoutNanos, int flags);

  /**
   * Makes the owner's current or next wait in {@link #enter} end soon. Any thread; does nothing
   * once the kernel is closed.
   */
  void wake();

  /**
   * Asks for everything in flight to be ended early, before the ring is closed. Unlike a submitted
   * cancel, it is not held back by a drained entry.
   *
   * @return whether it was asked; if not, the ring submits a cancel
   */
  default boolean cancelAll() {
    return false;
  }

  /**
   * The descriptor that becomes readable on {@link #wake()}, or −1 if {@link #enter} returns by
   * itself. With a descriptor, the ring keeps a read of eight bytes in flight on it whenever it
   * waits.
   */
  int wakeFd();

  /** System calls outside the ring. Any thread. */
  SystemCalls calls();

  /**
   * Makes descriptors usable by index, replacing a table registered before.
   *
   * @param fds −1 leaves a hole
   */
  void registerFiles(int[] fds) throws KernelException;

  /** Replaces entries of the registered table from {@code offset} on; −1 empties one. */
  void updateFiles(int offset, int[] fds) throws KernelException;

  /** Forgets the registered table. */
  void unregisterFiles() throws KernelException;

  /**
   * Makes memory usable by index in fixed reads and writes, replacing what was registered before.
   */
  void registerBuffers(List<MemorySegment> buffers) throws KernelException;

  /** Forgets the registered buffers. */
  void unregisterBuffers() throws KernelException;

  /**
   * Makes a ring of receive buffers known to the kernel.
   *
   * @param group number of the group, 0 to 65535
   * @param entries number of slots, a power of two
   * @param buffers what the slots' addresses will lie in
   * @return the shared memory of the ring, {@link BufferRingLayout}
   */
  MemorySegment registerBufferGroup(int group, int entries, MemorySegment buffers)
      throws KernelException;

  /** Forgets a buffer group. */
  void unregisterBufferGroup(int group) throws KernelException;

  /**
   * Gives everything back. Called once, when nothing is in flight any more; the memory must not be
   * touched after.
   */
  @Override
  void close();
}
