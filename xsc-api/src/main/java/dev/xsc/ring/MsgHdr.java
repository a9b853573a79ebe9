// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A {@code struct msghdr} (Linux 64-bit layout, {@code include/linux/socket.h} {@code user_msghdr}:
 * name @0, namelen @8, iov @16, iovlen @24, control @32, controllen @40, flags @48; 56 bytes)
 * without control data, together with the memory that it names. For {@link Op#SENDMSG} and {@link
 * Op#RECVMSG}.
 *
 * <p>Reusable: {@link #prepare(int)} before each submission. Everything must stay alive until the
 * operation has ended.
 */
public final class MsgHdr {
  /** {@code msg_flags} of a received message: it was longer than the buffers. */
  public static final int MSG_TRUNC = 0x20;

  private static final int SIZE = 56;
  private static final int NAME = 0;
  private static final int NAME_LEN = 8;
  private static final int IOV = 16;
  private static final int IOV_LEN = 24;
  private static final int FLAGS = 48;

  private final MemorySegment header;
  private final MemorySegment name;
  private final IoVec buffers;

  private MsgHdr(MemorySegment header, MemorySegment name, IoVec buffers) {
    this.header = header;
    this.name = name;
    this.buffers = buffers;
  }

  /**
   * A header over these buffers.
   *
   * @param allocator where the header, its address and its vector are put
   * @param buffers native segments
   */
  public static MsgHdr of(SegmentAllocator allocator, List<MemorySegment> buffers) {
    IoVec vector = IoVec.of(allocator, buffers);
    MemorySegment header = allocator.allocate(SIZE, 8);
    MemorySegment name = allocator.allocate(SockAddr.MAX_SIZE, 8);
    header.set(ValueLayout.JAVA_LONG, IOV, vector.array().address());
    header.set(ValueLayout.JAVA_LONG, IOV_LEN, vector.count());
    return new MsgHdr(header, name, vector).prepare(SockAddr.MAX_SIZE);
  }

  /**
   * Sets how much of {@link #name()} counts: the address's length to send to, {@link
   * SockAddr#MAX_SIZE} to receive, 0 for a connected socket.
   */
  public MsgHdr prepare(int nameLength) {
    if (nameLength < 0 || nameLength > SockAddr.MAX_SIZE) {
      throw new IllegalArgumentException(
          "address length " + nameLength + ": must be 0 to " + SockAddr.MAX_SIZE);
    }
    header.set(ValueLayout.JAVA_LONG, NAME, nameLength == 0 ? 0 : name.address());
    header.set(ValueLayout.JAVA_INT, NAME_LEN, nameLength);
    header.set(ValueLayout.JAVA_INT, FLAGS, 0);
    return this;
  }

  /** Room for the peer's address, {@link SockAddr#MAX_SIZE} bytes. */
  public MemorySegment name() {
    return name;
  }

  /** Length of the address, as set or as received. */
  public int nameLength() {
    return header.get(ValueLayout.JAVA_INT, NAME_LEN);
  }

  /** Sets the length of the received address; called by a kernel inside the process. */
  public void setReceived(int nameLength, int flags) {
    header.set(ValueLayout.JAVA_INT, NAME_LEN, nameLength);
    header.set(ValueLayout.JAVA_INT, FLAGS, flags);
  }

  /** Flags of the received message, such as {@link #MSG_TRUNC}. */
  public int receivedFlags() {
    return header.get(ValueLayout.JAVA_INT, FLAGS);
  }

  /** The buffers. */
  public IoVec buffers() {
    return buffers;
  }

  /** The native header. */
  public MemorySegment header() {
    return header;
  }
}
