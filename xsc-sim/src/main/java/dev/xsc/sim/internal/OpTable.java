// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.spi.XscAbi;
import java.util.Arrays;

/** All operations by number. */
final class OpTable {
  /** What no version of the ABI knows. */
  static final OpRow UNKNOWN = refused("UNKNOWN", Errno.EINVAL);

  /** What the ABI numbers, but this kernel does not do. */
  private static final OpRow UNAVAILABLE = refused("UNAVAILABLE", Errno.EOPNOTSUPP);

  private static final OpRow[] ROWS = new OpRow[256];

  static {
    Arrays.fill(ROWS, UNKNOWN);
    Arrays.fill(ROWS, XscAbi.OP_NOP, XscAbi.OP_RECV + 1, UNAVAILABLE);
    ROWS[XscAbi.OP_NOP] = new OpRow("NOP", 0, 0, 0, (_, _) -> 0);
    RwOps.register(ROWS);
    FileOps.register(ROWS);
    FsOps.register(ROWS);
    NetOps.register(ROWS);
    MsgOps.register(ROWS);
    PollOps.register(ROWS);
    TimeoutOps.register(ROWS);
    CancelOps.register(ROWS);
  }

  private OpTable() {}

  /** The row for an opcode, 0 to 255. */
  static OpRow row(int opcode) {
    return ROWS[opcode];
  }

  private static OpRow refused(String name, int errno) {
    return new OpRow(name, OpRow.ANY, OpRow.ANY, OpRow.ANY_FLAGS, new Refused(errno));
  }

  /** Ends with an error whatever the entry says. */
  private record Refused(int errno) implements OpHandler {
    @Override
    public int prepare(Request r) {
      return -errno;
    }

    @Override
    public int issue(Engine engine, Request r) {
      return -errno;
    }
  }
}
