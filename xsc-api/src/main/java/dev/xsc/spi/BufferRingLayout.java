// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

/**
 * The ring in which the user side offers receive buffers: {@code struct xsc_buf} of {@code
 * include/uapi/linux/xsc.h}, the same as {@code struct io_uring_buf_ring}. The user side writes
 * slots, then stores the tail with release; the kernel loads it with acquire. The tail lies in the
 * part of slot 0 that a slot does not use.
 */
public final class BufferRingLayout {
  /** Bytes of one slot. */
  public static final int SIZE = 16;

  /** u64: address of the buffer. */
  public static final int ADDR = 0;

  /** u32: its length in bytes. */
  public static final int LEN = 8;

  /** u16: its id. */
  public static final int BID = 12;

  /** u16, in slot 0 only: end of what is offered, free-running. */
  public static final int TAIL = 14;

  /** Most slots of one group: {@code io_register_pbuf_ring} takes fewer than 65536. */
  public static final int MAX_ENTRIES = 1 << 15;

  private BufferRingLayout() {}
}
