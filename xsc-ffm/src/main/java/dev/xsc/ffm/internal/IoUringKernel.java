// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static dev.xsc.ffm.internal.IoUringAbi.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Errno;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Timespec;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeDialect;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@link dev.xsc.spi.Kernel} over Linux io_uring, by raw system calls. Owned by the thread that
 * opened it, as the kernel demands of a single-issuer ring; {@link #wake()} and {@link #calls()}
 * may be used from any thread.
 */
public final class IoUringKernel extends NativeKernel {
  private static final int SCRATCH_ERRNO = 0;
  private static final int SCRATCH_TIMESPEC = 64;
  private static final int SCRATCH_WAIT_ARGUMENT = 128;

  private final int fd;
  private final IoUringMemory mappings;
  private final Capabilities capabilities;
  private final boolean polls;

  /** What {@link #enter} names the ring by: its descriptor, or its number in the owner's table. */
  private final int enterFd;

  /** Flags of every entry. */
  private final int enterFlags;

  private final MemorySegment errno;
  private final MemorySegment timespec;
  private final MemorySegment waitArgument;

  private IoUringKernel(
      IoUringSetup setup, IoUringMemory mappings, Capabilities capabilities, WakeFd wakeFd) {
    super(wakeFd);
    this.fd = setup.fd();
    this.mappings = mappings;
    this.capabilities = capabilities;
    this.polls = setup.polls();
    errno = mappings.scratch().asSlice(SCRATCH_ERRNO, Libc.ERRNO_SIZE);
    timespec = mappings.scratch().asSlice(SCRATCH_TIMESPEC, Timespec.SIZE);
    waitArgument = mappings.scratch().asSlice(SCRATCH_WAIT_ARGUMENT, GETEVENTS_ARG_SIZE);
    waitArgument.set(JAVA_LONG, GETEVENTS_ARG_TS, timespec.address());
    int registered = registerRing();
    enterFd = registered < 0 ? fd : registered;
    enterFlags = registered < 0 ? 0 : ENTER_REGISTERED_RING;
  }

  /**
   * Puts the ring into the owner's own table of rings, which spares each entry the look-up of a
   * descriptor that other threads might close.
   *
   * @return its number there; negative before Linux 5.18, or when the table is full
   */
  private int registerRing() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment update = arena.allocate(RSRC_UPDATE_SIZE, 8);
      update.set(JAVA_INT, RSRC_UPDATE_OFFSET, -1);
      update.set(JAVA_LONG, RSRC_UPDATE_DATA, fd);
      int done =
          Libc.syscall(errno, SYS_REGISTER, fd, REGISTER_RING_FDS, update.address(), 1, 0, 0);
      return done == 1 ? update.get(JAVA_INT, RSRC_UPDATE_OFFSET) : -1;
    }
  }

  private void unregisterRing() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment update = arena.allocate(RSRC_UPDATE_SIZE, 8);
      update.set(JAVA_INT, RSRC_UPDATE_OFFSET, enterFd);
      int done =
          Libc.syscall(errno, SYS_REGISTER, fd, UNREGISTER_RING_FDS, update.address(), 1, 0, 0);
      if (done != 1) {
        throw new IllegalStateException("unregistering ring " + enterFd + " failed with " + done);
      }
    }
  }

  /** Sets up and maps a ring. */
  public static IoUringKernel open(RingOptions options) throws KernelException {
    IoUringSetup setup = IoUringSetup.open(options);
    WakeFd wakeFd = null;
    try {
      Capabilities capabilities = setup.probe(options);
      wakeFd = WakeFd.open();
      return new IoUringKernel(setup, IoUringMemory.map(setup), capabilities, wakeFd);
    } catch (KernelException e) {
      Libc.INSTANCE.close(setup.fd());
      if (wakeFd != null) {
        wakeFd.close();
      }
      throw e;
    }
  }

  @Override
  public KernelKind kind() {
    return KernelKind.IO_URING;
  }

  @Override
  public RingMemory memory() {
    return mappings.ring();
  }

  @Override
  public SqeDialect dialect() {
    return DIALECT;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public boolean polls() {
    return polls;
  }

  @Override
  public int enter(int toSubmit, int minComplete, long timeoutNanos, int flags) {
    int flagsNow = enterFlags;
    if (minComplete > 0 || (flags & ENTER_EVENTS) != 0) {
      flagsNow |= ENTER_GETEVENTS;
    }
    if ((flags & ENTER_WAKEUP) != 0) {
      flagsNow |= ENTER_SQ_WAKEUP;
    }
    if (minComplete > 0 && timeoutNanos != FOREVER) {
      Timespec.write(timespec, timeoutNanos);
      return Libc.syscall(
          errno,
          SYS_ENTER,
          enterFd,
          toSubmit,
          minComplete,
          flagsNow | ENTER_EXT_ARG,
          waitArgument.address(),
          GETEVENTS_ARG_SIZE);
    }
    return Libc.syscall(errno, SYS_ENTER, enterFd, toSubmit, minComplete, flagsNow, 0, 0);
  }

  @Override
  public boolean cancelAll() {
    try (Arena scratch = Arena.ofConfined()) {
      // The time limit in it is zero: what can't be ended at once is asked again.
      MemorySegment argument = scratch.allocate(SYNC_CANCEL_SIZE, 8);
      argument.set(JAVA_INT, SYNC_CANCEL_FLAGS, ASYNC_CANCEL_ALL | ASYNC_CANCEL_ANY);
      int result =
          Libc.syscall(errno, SYS_REGISTER, fd, REGISTER_SYNC_CANCEL, argument.address(), 1, 0, 0);
      // Linux before 6.0 has no such call.
      return result != -Errno.EINVAL;
    }
  }

  @Override
  void callRegisterFiles(MemorySegment fds, int count, String purpose) throws KernelException {
    register(REGISTER_FILES, fds.address(), count, purpose);
  }

  @Override
  void callUpdateFiles(int offset, MemorySegment fds, int count, String purpose)
      throws KernelException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment update = scratch.allocate(RSRC_UPDATE_SIZE, 8);
      update.set(JAVA_INT, RSRC_UPDATE_OFFSET, offset);
      update.set(JAVA_LONG, RSRC_UPDATE_DATA, fds.address());
      register(REGISTER_FILES_UPDATE, update.address(), count, purpose);
    }
  }

  @Override
  void callUnregisterFiles(String purpose) throws KernelException {
    register(UNREGISTER_FILES, 0, 0, purpose);
  }

  @Override
  void callRegisterBuffers(MemorySegment vector, int count, String purpose) throws KernelException {
    register(REGISTER_BUFFERS, vector.address(), count, purpose);
  }

  @Override
  void callUnregisterBuffers(String purpose) throws KernelException {
    register(UNREGISTER_BUFFERS, 0, 0, purpose);
  }

  @Override
  void callRegisterBufferRing(int group, int entries, long address, String purpose)
      throws KernelException {
    bufferRing(REGISTER_PBUF_RING, group, entries, address, purpose);
  }

  @Override
  void callUnregisterBufferRing(int group, String purpose) throws KernelException {
    bufferRing(UNREGISTER_PBUF_RING, group, 0, 0, purpose);
  }

  private void bufferRing(int what, int group, int entries, long address, String purpose)
      throws KernelException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment argument = scratch.allocate(BUF_REG_SIZE, 8);
      argument.set(JAVA_LONG, BUF_REG_RING_ADDR, address);
      argument.set(JAVA_INT, BUF_REG_RING_ENTRIES, entries);
      argument.set(JAVA_SHORT, BUF_REG_BGID, (short) group);
      register(what, argument.address(), 1, purpose);
    }
  }

  @Override
  public void close() {
    if (enterFlags != 0) {
      unregisterRing();
    }
    mappings.unmap();
    Libc.INSTANCE.close(fd);
    freeLent();
  }

  private void register(int what, long argument, int count, String purpose) throws KernelException {
    int result = Libc.syscall(errno, SYS_REGISTER, fd, what, argument, count, 0, 0);
    if (result < 0) {
      throw new KernelException(-result, purpose + " with io_uring failed");
    }
  }
}
