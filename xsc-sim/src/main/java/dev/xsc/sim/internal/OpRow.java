// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.spi.XscAbi;

/**
 * One operation: which fields of the entry it uses, and who carries it out. Everything not named
 * here must be zero.
 *
 * @param name for people
 * @param fields bits of this class
 * @param ioprio bits of the modifier that it knows
 * @param opFlags bits of the operation flags that it knows
 * @param handler carries it out
 */
record OpRow(String name, int fields, int ioprio, int opFlags, OpHandler handler) {
  /** {@code fd} is a number of its own. */
  static final int FD = 1;

  static final int OFF = 1 << 1;
  static final int ADDR = 1 << 2;
  static final int LEN = 1 << 3;
  static final int BUF_INDEX = 1 << 4;

  /** {@code fd} is an open file or, with {@link XscAbi#SQE_FIXED_FILE}, a registered one. */
  static final int FILE = 1 << 5;

  /** Takes {@link XscAbi#SQE_BUFFER_SELECT}. */
  static final int SELECT = 1 << 6;

  /** A registered descriptor may be meant, though it is not needed to start. */
  static final int FIXED_TARGET = 1 << 7;

  /** The result goes to memory that the entry names. */
  static final int WRITES_MEMORY = 1 << 8;

  /** Every field may say anything. */
  static final int ANY = -1;

  /** The operation checks its flags itself. */
  static final int ANY_FLAGS = -1;

  private static final int ENTRY_FLAGS =
      XscAbi.SQE_LINK
          | XscAbi.SQE_DRAIN
          | XscAbi.SQE_ASYNC
          | XscAbi.SQE_HARDLINK
          | XscAbi.SQE_CQE_SKIP_SUCCESS;

  boolean uses(int field) {
    return (fields & field) != 0;
  }

  /** {@code -EINVAL} if the entry says something that this operation does not know, else 0. */
  int check(Request r) {
    if (fields == ANY) {
      return 0;
    }
    int known = ENTRY_FLAGS;
    if (uses(FILE) || uses(FIXED_TARGET)) {
      known |= XscAbi.SQE_FIXED_FILE;
    }
    if (uses(SELECT)) {
      known |= XscAbi.SQE_BUFFER_SELECT;
    }
    boolean selects = r.has(XscAbi.SQE_BUFFER_SELECT);
    boolean unknown =
        (r.flags & ~known) != 0
            || (r.ioprio & ~ioprio) != 0
            || (r.opFlags & ~opFlags) != 0
            || (r.personality | r.addrLen) != 0
            || (r.addr3 | r.reserved) != 0
            || (r.fd != 0 && !uses(FD) && !uses(FILE))
            || (r.off != 0 && !uses(OFF))
            || (r.addr != 0 && !uses(ADDR))
            || (r.len != 0 && !uses(LEN))
            || (r.bufIndex != 0 && !uses(BUF_INDEX) && !selects);
    return unknown ? -Errno.EINVAL : 0;
  }
}
