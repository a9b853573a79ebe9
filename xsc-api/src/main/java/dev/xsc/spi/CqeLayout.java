// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

/**
 * Byte offsets in a completion queue entry, {@code struct xsc_cqe} of {@code
 * include/uapi/linux/xsc.h}; the same in {@code struct io_uring_cqe}.
 */
public final class CqeLayout {
  /** Bytes of one entry. */
  public static final int SIZE = 16;

  /** u64: from the submission. */
  public static final int USER_DATA = 0;

  /** s32: result, or negated errno. */
  public static final int RES = 8;

  /** u32: {@link dev.xsc.ring.CompletionHandler#MORE} and the like. */
  public static final int FLAGS = 12;

  private CqeLayout() {}
}
