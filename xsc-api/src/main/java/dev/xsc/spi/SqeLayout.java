// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

/**
 * Byte offsets in a submission queue entry, {@code struct xsc_sqe} of {@code
 * include/uapi/linux/xsc.h}.
 *
 * <p>{@code struct io_uring_sqe} of {@code include/uapi/linux/io_uring.h} has the same offsets,
 * which is why one {@link dev.xsc.ring.Sqe} serves both.
 */
public final class SqeLayout {
  /** Bytes of one entry. */
  public static final int SIZE = 64;

  /** u8: operation number. */
  public static final int OPCODE = 0;

  /** u8: link, drain and the like. */
  public static final int FLAGS = 1;

  /** u16: per-operation modifier, such as multishot. */
  public static final int IOPRIO = 2;

  /** s32: descriptor, or index of a registered one. */
  public static final int FD = 4;

  /** u64: file offset, or a second address. */
  public static final int OFF = 8;

  /** u64: address of the operation's memory. */
  public static final int ADDR = 16;

  /** u32: length in bytes, count or mode. */
  public static final int LEN = 24;

  /** u32: flags of the operation itself. */
  public static final int OP_FLAGS = 28;

  /** u64: returned untouched in the completion. */
  public static final int USER_DATA = 32;

  /** u16: index of a registered buffer, or number of a buffer group. */
  public static final int BUF_INDEX = 40;

  /** u16: always 0 here. */
  public static final int PERSONALITY = 42;

  /** u32: length of an address, or a file index. */
  public static final int ADDR_LEN = 44;

  /** u64: third address. */
  public static final int ADDR3 = 48;

  /** u64: zero. */
  public static final int RESERVED = 56;

  private SqeLayout() {}
}
