// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static dev.xsc.ffm.internal.XscDeviceAbi.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Errno;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeDialect;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@link dev.xsc.spi.Kernel} over the XSC driver. Owned by the thread that opened it; {@link
 * #wake()} and {@link #calls()} may be used from any thread.
 *
 * <p>Inline, the owner enters the driver once per batch, and what became ready meanwhile is done in
 * that entry. Polled, {@link XscWorkers} do it all, and the owner enters only to wait, or to wake
 * them.
 */
public final class XscKernel extends NativeKernel {
  private static final int SCRATCH_ERRNO = 0;
  private static final int SCRATCH_ENTER = 64;
  private static final int SCRATCH_BELL = 128;

  /** To submit: as an unsigned number, more than any queue holds. */
  private static final int EVERYTHING = -1;

  private final XscSetup setup;
  private final XscWorkers workers;
  private final MemorySegment errno;
  private final MemorySegment enter;
  private final long enterAddress;

  /** What stands in for entering, where the driver is one of the first. */
  private final @Nullable XscBell bell;

  private XscKernel(XscSetup setup, XscWorkers workers, WakeFd wakeFd) {
    super(wakeFd);
    this.setup = setup;
    this.workers = workers;
    errno = setup.scratch().asSlice(SCRATCH_ERRNO, Libc.ERRNO_SIZE);
    enter = setup.scratch().asSlice(SCRATCH_ENTER, Enter.SIZE);
    enterAddress = enter.address();
    MemorySegment forBell = setup.scratch().asSlice(SCRATCH_BELL, XscBell.SCRATCH_SIZE);
    bell = setup.old() ? new XscBell(setup.fd(), wakeFd, forBell) : null;
  }

  /** Opens the device, sets a ring up and maps it. */
  public static XscKernel open(RingOptions options) throws KernelException {
    WakeFd wakeFd = WakeFd.open();
    try {
      XscSetup setup = XscSetup.open(options);
      return new XscKernel(setup, XscWorkers.start(setup.fd(), options, setup.polls()), wakeFd);
    } catch (KernelException e) {
      wakeFd.close();
      throw e;
    }
  }

  @Override
  public KernelKind kind() {
    return KernelKind.XSC;
  }

  @Override
  public RingMemory memory() {
    return setup.ring();
  }

  @Override
  public SqeDialect dialect() {
    return setup.dialect();
  }

  @Override
  public Capabilities capabilities() {
    return setup.capabilities();
  }

  @Override
  public boolean polls() {
    return setup.polls();
  }

  @Override
  public int wakeFd() {
    return bell == null ? super.wakeFd() : -1;
  }

  @Override
  public int enter(int toSubmit, int minComplete, long timeoutNanos, int flags) {
    if (bell != null) {
      return bell.enter(toSubmit, minComplete, timeoutNanos);
    }
    // Beside workers a number would count from whatever they have left, and could cut a chain.
    enter.set(JAVA_INT, Enter.TO_SUBMIT, setup.polls() && toSubmit > 0 ? EVERYTHING : toSubmit);
    enter.set(JAVA_INT, Enter.MIN_COMPLETE, minComplete);
    enter.set(JAVA_LONG, Enter.TIMEOUT_NS, timeoutNanos == FOREVER ? 0 : timeoutNanos);
    int result = Libc.ioctl(errno, setup.fd(), IOC_ENTER, enterAddress);
    // The workers may have taken part of it.
    return setup.polls() && result >= 0 ? toSubmit : result;
  }

  @Override
  public boolean cancelAll() {
    int result = Libc.ioctl(setup.fd(), IOC_CANCEL_ALL, 0);
    if (result < 0) {
      throw new IllegalStateException("cancelling everything failed with " + Errno.name(result));
    }
    return true;
  }

  @Override
  void callRegisterFiles(MemorySegment fds, int count, String purpose) throws KernelException {
    callUpdateFiles(0, fds, count, purpose);
  }

  @Override
  void callUpdateFiles(int offset, MemorySegment fds, int count, String purpose)
      throws KernelException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment update = scratch.allocate(FilesUpdate.SIZE, 8);
      update.set(JAVA_INT, FilesUpdate.OFFSET, offset);
      update.set(JAVA_INT, FilesUpdate.NR, count);
      update.set(JAVA_LONG, FilesUpdate.FDS, fds.address());
      call(IOC_REGISTER_FILES, update, purpose);
    }
  }

  @Override
  void callUnregisterFiles(String purpose) throws KernelException {
    call(IOC_UNREGISTER_FILES, MemorySegment.NULL, purpose);
  }

  @Override
  void callRegisterBuffers(MemorySegment vector, int count, String purpose) throws KernelException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment argument = scratch.allocate(Buffers.SIZE, 8);
      argument.set(JAVA_LONG, Buffers.IOVECS, vector.address());
      argument.set(JAVA_INT, Buffers.NR, count);
      call(IOC_REGISTER_BUFFERS, argument, purpose);
    }
  }

  @Override
  void callUnregisterBuffers(String purpose) throws KernelException {
    call(IOC_UNREGISTER_BUFFERS, MemorySegment.NULL, purpose);
  }

  @Override
  void callRegisterBufferRing(int group, int entries, long address, String purpose)
      throws KernelException {
    bufferRing(IOC_REGISTER_BUF_RING, group, entries, address, purpose);
  }

  @Override
  void callUnregisterBufferRing(int group, String purpose) throws KernelException {
    bufferRing(IOC_UNREGISTER_BUF_RING, group, 0, 0, purpose);
  }

  private void bufferRing(int request, int group, int entries, long address, String purpose)
      throws KernelException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment argument = scratch.allocate(BufRing.SIZE, 8);
      argument.set(JAVA_LONG, BufRing.RING_ADDR, address);
      argument.set(JAVA_INT, BufRing.RING_ENTRIES, entries);
      argument.set(JAVA_SHORT, BufRing.BGID, (short) group);
      call(request, argument, purpose);
    }
  }

  @Override
  public void close() {
    workers.stop();
    // Closing ends what is in flight before it returns, so that nobody looks into memory of ours.
    Libc.INSTANCE.close(setup.fd());
    setup.mappings().forEach(Mapping::unmap);
    freeLent();
  }

  private void call(int request, MemorySegment argument, String purpose) throws KernelException {
    XscSetup.call(setup.fd(), request, argument, purpose);
  }
}
