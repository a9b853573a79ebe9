// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.xsc.ring.Errno;
import dev.xsc.spi.BufferRingLayout;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernels of this machine have in common: how they are woken, and what is registered with
 * them. A kernel says only by which call it registers a thing. Threads as {@link Kernel} has it.
 */
abstract class NativeKernel implements Kernel {
  /** Of a {@code struct iovec}, in bytes. */
  private static final long IOVEC_SIZE = 2 * ADDRESS.byteSize();

  private final WakeFd wakeFd;
  private final Map<Integer, Mapping> bufferRings = new HashMap<>();
  private boolean filesRegistered;
  private boolean buffersRegistered;

  NativeKernel(WakeFd wakeFd) {
    this.wakeFd = wakeFd;
  }

  /** Puts {@code count} descriptors into a new table of registered files. */
  abstract void callRegisterFiles(MemorySegment fds, int count, String purpose)
      throws KernelException;

  /** Replaces {@code count} registered files from {@code offset} on. */
  abstract void callUpdateFiles(int offset, MemorySegment fds, int count, String purpose)
      throws KernelException;

  abstract void callUnregisterFiles(String purpose) throws KernelException;

  /** Registers {@code count} buffers, each a {@code struct iovec} in {@code vector}. */
  abstract void callRegisterBuffers(MemorySegment vector, int count, String purpose)
      throws KernelException;

  abstract void callUnregisterBuffers(String purpose) throws KernelException;

  abstract void callRegisterBufferRing(int group, int entries, long address, String purpose)
      throws KernelException;

  abstract void callUnregisterBufferRing(int group, String purpose) throws KernelException;

  @Override
  public final void wake() {
    wakeFd.wake();
  }

  @Override
  public int wakeFd() {
    return wakeFd.fd();
  }

  @Override
  public final SystemCalls calls() {
    return Libc.INSTANCE;
  }

  @Override
  public final void registerFiles(int[] fds) throws KernelException {
    if (filesRegistered) {
      unregisterFiles();
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment array = scratch.allocateFrom(JAVA_INT, fds);
      callRegisterFiles(array, fds.length, "registering " + fds.length + " files");
    }
    filesRegistered = true;
  }

  @Override
  public final void updateFiles(int offset, int[] fds) throws KernelException {
    if (!filesRegistered) {
      // The XSC driver would make a table of them.
      throw new KernelException(
          Errno.ENXIO, "no files are registered that could be updated: register a table first");
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment array = scratch.allocateFrom(JAVA_INT, fds);
      callUpdateFiles(
          offset,
          array,
          fds.length,
          "updating registered files " + offset + " to " + (offset + fds.length - 1));
    }
  }

  @Override
  public final void unregisterFiles() throws KernelException {
    callUnregisterFiles("unregistering files");
    filesRegistered = false;
  }

  @Override
  public final void registerBuffers(List<MemorySegment> buffers) throws KernelException {
    if (buffersRegistered) {
      unregisterBuffers();
    }
    try (Arena scratch = Arena.ofConfined()) {
      // Not of size 0, so that it has an address.
      MemorySegment vector = scratch.allocate(IOVEC_SIZE * Math.max(1, buffers.size()), 8);
      long total = 0;
      for (int i = 0; i < buffers.size(); i++) {
        MemorySegment buffer = buffers.get(i);
        vector.set(ADDRESS, IOVEC_SIZE * i, buffer);
        vector.set(JAVA_LONG, IOVEC_SIZE * i + ADDRESS.byteSize(), buffer.byteSize());
        total += buffer.byteSize();
      }
      callRegisterBuffers(
          vector,
          buffers.size(),
          "registering "
              + buffers.size()
              + " buffers of "
              + total
              + " bytes in all (limit: 'ulimit -l')");
    }
    buffersRegistered = true;
  }

  @Override
  public final void unregisterBuffers() throws KernelException {
    callUnregisterBuffers("unregistering buffers");
    buffersRegistered = false;
  }

  @Override
  public final MemorySegment registerBufferGroup(int group, int entries, MemorySegment buffers)
      throws KernelException {
    Mapping ring = Mapping.anonymous((long) entries * BufferRingLayout.SIZE);
    try {
      callRegisterBufferRing(
          group, entries, ring.segment().address(), "registering buffer group " + group);
    } catch (KernelException e) {
      ring.unmap();
      throw e;
    }
    bufferRings.put(group, ring);
    return ring.segment();
  }

  @Override
  public final void unregisterBufferGroup(int group) throws KernelException {
    callUnregisterBufferRing(group, "unregistering buffer group " + group);
    Mapping ring = bufferRings.remove(group);
    if (ring != null) {
      ring.unmap();
    }
  }

  /**
   * Frees what the kernel was lent; only when its descriptor is closed, since it may look there.
   */
  final void freeLent() {
    wakeFd.close();
    bufferRings.values().forEach(Mapping::unmap);
  }
}
