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
import dev.xsc.spi.BufferRingLayout;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeDialect;
import dev.xsc.spi.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Kernel} over the XSC driver. Owned by the thread that opened it; {@link #wake()} and
 * {@link #calls()} may be used from any thread.
 *
 * <p>Inline, the owner enters the driver once per batch, and what became ready meanwhile is done in
 * that entry. Polled, {@link XscWorkers} do it all, and the owner enters only to wait, or to wake
 * them.
 */
public final class XscKernel implements Kernel {
  private static final int SCRATCH_ERRNO = 0;
  private static final int SCRATCH_ENTER = 64;

  private final XscSetup setup;
  private final XscWorkers workers;
  private final WakeFd wakeFd;
  private final MemorySegment errno;
  private final MemorySegment enter;
  private final long enterAddress;
  private final Map<Integer, Mapping> bufferRings = new HashMap<>();
  private boolean filesRegistered;
  private boolean buffersRegistered;

  private XscKernel(XscSetup setup, XscWorkers workers, WakeFd wakeFd) {
    this.setup = setup;
    this.workers = workers;
    this.wakeFd = wakeFd;
    errno = setup.scratch().asSlice(SCRATCH_ERRNO, Libc.ERRNO_SIZE);
    enter = setup.scratch().asSlice(SCRATCH_ENTER, Enter.SIZE);
    enterAddress = enter.address();
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
    return SqeDialect.XSC;
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
  public int enter(int toSubmit, int minComplete, long timeoutNanos, int flags) {
    enter.set(JAVA_INT, Enter.TO_SUBMIT, toSubmit);
    enter.set(JAVA_INT, Enter.MIN_COMPLETE, minComplete);
    enter.set(JAVA_LONG, Enter.TIMEOUT_NS, timeoutNanos == FOREVER ? 0 : timeoutNanos);
    int result = Libc.ioctl(errno, setup.fd(), IOC_ENTER, enterAddress);
    // The workers may have taken part of it.
    return setup.polls() && result >= 0 ? toSubmit : result;
  }

  @Override
  public void wake() {
    wakeFd.wake();
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
  public int wakeFd() {
    return wakeFd.fd();
  }

  @Override
  public SystemCalls calls() {
    return Libc.INSTANCE;
  }

  @Override
  public void registerFiles(int[] fds) throws KernelException {
    if (filesRegistered) {
      unregisterFiles();
    }
    putFiles(0, fds, "registering " + fds.length + " files");
    filesRegistered = true;
  }

  @Override
  public void updateFiles(int offset, int[] fds) throws KernelException {
    if (!filesRegistered) {
      // The driver would make a table of them.
      throw new KernelException(Errno.ENXIO, "no files are registered that could be updated");
    }
    putFiles(
        offset, fds, "updating registered files " + offset + " to " + (offset + fds.length - 1));
  }

  private void putFiles(int offset, int[] fds, String purpose) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment array = arena.allocateFrom(JAVA_INT, fds);
      MemorySegment update = arena.allocate(FilesUpdate.SIZE, 8);
      update.set(JAVA_INT, FilesUpdate.OFFSET, offset);
      update.set(JAVA_INT, FilesUpdate.NR, fds.length);
      update.set(JAVA_LONG, FilesUpdate.FDS, array.address());
      XscSetup.call(setup.fd(), IOC_REGISTER_FILES, update, purpose);
    }
  }

  @Override
  public void unregisterFiles() throws KernelException {
    XscSetup.call(setup.fd(), IOC_UNREGISTER_FILES, MemorySegment.NULL, "unregistering files");
    filesRegistered = false;
  }

  @Override
  public void registerBuffers(List<MemorySegment> buffers) throws KernelException {
    if (buffersRegistered) {
      unregisterBuffers();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vector = arena.allocate(16L * Math.max(1, buffers.size()), 8);
      long total = 0;
      for (int i = 0; i < buffers.size(); i++) {
        vector.set(JAVA_LONG, 16L * i, buffers.get(i).address());
        vector.set(JAVA_LONG, 16L * i + 8, buffers.get(i).byteSize());
        total += buffers.get(i).byteSize();
      }
      MemorySegment argument = arena.allocate(Buffers.SIZE, 8);
      argument.set(JAVA_LONG, Buffers.IOVECS, vector.address());
      argument.set(JAVA_INT, Buffers.NR, buffers.size());
      XscSetup.call(
          setup.fd(),
          IOC_REGISTER_BUFFERS,
          argument,
          "registering "
              + buffers.size()
              + " buffers of "
              + total
              + " bytes in all (limit: 'ulimit -l')");
    }
    buffersRegistered = true;
  }

  @Override
  public void unregisterBuffers() throws KernelException {
    XscSetup.call(setup.fd(), IOC_UNREGISTER_BUFFERS, MemorySegment.NULL, "unregistering buffers");
    buffersRegistered = false;
  }

  @Override
  public MemorySegment registerBufferGroup(int group, int entries, MemorySegment buffers)
      throws KernelException {
    Mapping ring = Mapping.anonymous((long) entries * BufferRingLayout.SIZE);
    try {
      groupCall(IOC_REGISTER_BUF_RING, group, ring.segment().address(), entries);
    } catch (KernelException e) {
      ring.unmap();
      throw e;
    }
    bufferRings.put(group, ring);
    return ring.segment();
  }

  @Override
  public void unregisterBufferGroup(int group) throws KernelException {
    groupCall(IOC_UNREGISTER_BUF_RING, group, 0, 0);
    Mapping ring = bufferRings.remove(group);
    if (ring != null) {
      ring.unmap();
    }
  }

  private void groupCall(int request, int group, long address, int entries) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(BufRing.SIZE, 8);
      argument.set(JAVA_LONG, BufRing.RING_ADDR, address);
      argument.set(JAVA_INT, BufRing.RING_ENTRIES, entries);
      argument.set(JAVA_SHORT, BufRing.BGID, (short) group);
      String what = request == IOC_REGISTER_BUF_RING ? "registering" : "unregistering";
      XscSetup.call(setup.fd(), request, argument, what + " buffer group " + group);
    }
  }

  @Override
  public void close() {
    workers.stop();
    // Closing ends what is in flight before it returns, so that nobody looks into memory of ours.
    Libc.INSTANCE.close(setup.fd());
    wakeFd.close();
    setup.mappings().forEach(Mapping::unmap);
    bufferRings.values().forEach(Mapping::unmap);
  }
}
