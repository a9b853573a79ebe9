// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.IoVec;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.SockAddr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Finds the memory that an entry's addresses stand for, in the object that the user side left with
 * it. An address or a length that the object does not bear out is a bad address, as it would be for
 * a kernel that follows addresses itself.
 */
final class References {
  /** {@code PATH_MAX} of {@code include/uapi/linux/limits.h}, with the NUL. */
  private static final int PATH_MAX = 4096;

  // struct iovec, struct msghdr: 64-bit layouts, see IoVec and MsgHdr
  private static final int IOVEC_SIZE = 16;
  private static final int IOVEC_LEN = 8;
  private static final int MSG_NAME = 0;
  private static final int MSG_NAME_LEN = 8;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOV_LEN = 24;
  private static final int MSG_FLAGS = 48;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private References() {}

  /** The segment at an address, cut to a length; null if that is not what the object is. */
  static @Nullable MemorySegment segment(@Nullable Object reference, long address, long length) {
    return reference instanceof MemorySegment segment
            && segment.isNative()
            && segment.address() == address
            && length >= 0
            && length <= segment.byteSize()
        ? segment.asSlice(0, length)
        : null;
  }

  /** One of the two segments of a pair. */
  static @Nullable Object half(@Nullable Object reference, int index) {
    return reference instanceof MemorySegment[] pair && pair.length == 2 ? pair[index] : null;
  }

  /** Sets the buffers of a plain transfer, or its error. */
  static void buffer(Request r) {
    if (r.len == 0) {
      r.buffers.set(MemorySegment.NULL);
      return;
    }
    MemorySegment segment = segment(r.reference, r.addr, Integer.toUnsignedLong(r.len));
    if (segment == null) {
      r.error = -Errno.EFAULT;
    } else {
      r.buffers.set(segment);
    }
  }

  /** Sets the buffers of a vectored transfer; a negated errno if the vector is wrong. */
  static int vector(Request r, @Nullable Object reference, long address, long count) {
    if (count > IoVec.MAX || count < 0) {
      return -Errno.EINVAL;
    }
    if (count == 0) {
      r.buffers.set(MemorySegment.NULL);
      return 0;
    }
    if (!(reference instanceof IoVec vector)
        || vector.array().address() != address
        || vector.count() < count) {
      return -Errno.EFAULT;
    }
    MemorySegment[] parts = new MemorySegment[(int) count];
    for (int i = 0; i < parts.length; i++) {
      long base = vector.array().get(LONG, (long) i * IOVEC_SIZE);
      long length = vector.array().get(LONG, (long) i * IOVEC_SIZE + IOVEC_LEN);
      MemorySegment part = segment(vector.segments().get(i), base, length);
      if (part == null) {
        return -Errno.EFAULT;
      }
      parts[i] = part;
    }
    r.buffers.set(parts);
    return 0;
  }

  /** Sets buffers, name and header of a message; a negated errno if it is wrong. */
  static int message(Request r) {
    if (!(r.reference instanceof MsgHdr message) || message.header().address() != r.addr) {
      return -Errno.EFAULT;
    }
    MemorySegment header = message.header();
    long name = header.get(LONG, MSG_NAME);
    int nameLength = header.get(INT, MSG_NAME_LEN);
    if (nameLength < 0) {
      return -Errno.EINVAL;
    }
    if (name != 0) {
      r.out = segment(message.name(), name, nameLength);
      if (r.out == null) {
        return -Errno.EFAULT;
      }
    }
    r.out2 = header;
    return vector(r, message.buffers(), header.get(LONG, MSG_IOV), header.get(LONG, MSG_IOV_LEN));
  }

  /** Writes name and flags of a received message. */
  static void received(Request r, int domain, SocketObject.Message message) {
    MemorySegment header = r.out2();
    int length = 0;
    if (r.out != null && message.from != null) {
      length = writeAddress(message.from, domain, r.out);
    }
    header.set(INT, MSG_NAME_LEN, length);
    header.set(INT, MSG_FLAGS, message.truncated ? MsgHdr.MSG_TRUNC : 0);
  }

  /**
   * A path's bytes without the NUL.
   *
   * @return the bytes, or the negated errno as an Integer
   */
  static Object path(@Nullable Object reference, long address) {
    if (!(reference instanceof MemorySegment segment)
        || !segment.isNative()
        || segment.address() != address) {
      return -Errno.EFAULT;
    }
    long limit = Math.min(segment.byteSize(), PATH_MAX);
    for (int length = 0; length < limit; length++) {
      if (segment.get(ValueLayout.JAVA_BYTE, length) == 0) {
        return segment.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      }
    }
    return limit == PATH_MAX ? -Errno.ENAMETOOLONG : -Errno.EFAULT;
  }

  /**
   * A socket address.
   *
   * @return the address, or the negated errno as an Integer
   */
  static Object address(@Nullable MemorySegment from, long length) {
    if (from == null || length > from.byteSize()) {
      return -Errno.EFAULT;
    }
    if (length < Short.BYTES || length > SockAddr.MAX_SIZE) {
      return -Errno.EINVAL;
    }
    // Aligned, whatever the user's segment is.
    MemorySegment copy = MemorySegment.ofArray(new long[SockAddr.MAX_SIZE / Long.BYTES]);
    MemorySegment.copy(from, 0, copy, 0, length);
    int family = copy.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
    long least =
        switch (family) {
          case SockAddr.AF_INET -> SockAddr.SIZE_IN;
          case SockAddr.AF_INET6 -> SockAddr.SIZE_IN6;
          case SockAddr.AF_UNIX -> Short.BYTES + 1;
          default -> 0;
        };
    if (least == 0) {
      return -Errno.EAFNOSUPPORT;
    }
    if (length < least || (family == SockAddr.AF_UNIX && copy.get(ValueLayout.JAVA_BYTE, 2) == 0)) {
      // The latter: abstract names, which only Linux has and NIO cannot say.
      return -Errno.EINVAL;
    }
    return SockAddr.read(copy, (int) length);
  }

  /**
   * Writes an address as {@code accept(2)} does: what fits.
   *
   * @return its whole length
   */
  static int writeAddress(@Nullable SocketAddress address, int domain, MemorySegment to) {
    MemorySegment whole = MemorySegment.ofArray(new long[SockAddr.MAX_SIZE / Long.BYTES]);
    int length;
    if (address == null || address.toString().isEmpty()) {
      whole.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) domain);
      length =
          switch (domain) {
            case SockAddr.AF_INET -> SockAddr.SIZE_IN;
            case SockAddr.AF_INET6 -> SockAddr.SIZE_IN6;
            default -> Short.BYTES;
          };
    } else {
      length = SockAddr.write(address, domain, whole);
    }
    MemorySegment.copy(whole, 0, to, 0, Math.min(length, to.byteSize()));
    return length;
  }
}
