// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import dev.xsc.spi.KernelException;
import java.lang.foreign.MemorySegment;

/**
 * A mapping of this process. Its segment has no scope of its own, which keeps liveness checks off
 * the hot path: whoever owns it sees to it that nobody touches it after {@link #unmap()}.
 */
record Mapping(MemorySegment segment) {
  /** Maps a part of a ring's descriptor, shared with the kernel. */
  static Mapping ofRing(int fd, long size, long offset) throws KernelException {
    return of(Libc.mmap(size, Libc.PROT_READ_WRITE, Libc.MAP_SHARED_POPULATE, fd, offset), size);
  }

  /** Memory of our own that a kernel may be told of, page-aligned and zeroed. */
  static Mapping anonymous(long size) throws KernelException {
    return of(Libc.mmap(size, Libc.PROT_READ_WRITE, Libc.MAP_PRIVATE_ANONYMOUS, -1, 0), size);
  }

  @SuppressWarnings("restricted") // the mapping has just been made with this size
  private static Mapping of(long address, long size) throws KernelException {
    // A negated errno lies in the last page of the address space, which is never mapped.
    if (address < 0 && address > -4096) {
      throw new KernelException((int) -address, "mapping " + size + " bytes of a ring failed");
    }
    return new Mapping(MemorySegment.ofAddress(address).reinterpret(size));
  }

  void unmap() {
    int result = Libc.munmap(segment.address(), segment.byteSize());
    if (result < 0) {
      throw new IllegalStateException("munmap of " + segment + " failed with errno " + -result);
    }
  }
}
