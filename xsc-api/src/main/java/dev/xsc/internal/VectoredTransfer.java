// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.IoVec;
import dev.xsc.ring.Op;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between a file and several pieces of memory in one call: {@link Op#READV}, {@link
 * Op#WRITEV}. The result is the number of bytes, −1 at the end of the file.
 */
public final class VectoredTransfer extends Operation<Long> {
  private final Handle target;
  private final List<Loan> loans;
  private final long offset;
  private @Nullable IoVec vector;
  private int begun;

  /**
   * A transfer of all the loans.
   *
   * @param loans 1 to {@link IoVec#MAX}
   * @param offset in the file, or {@link Sqe#AT_POSITION}
   */
  public VectoredTransfer(Op op, Handle handle, List<Loan> loans, long offset) {
    super(handle.loop(), op, handle);
    this.target = handle;
    this.loans = loans;
    this.offset = offset;
  }

  @Override
  void begin() {
    try {
      List<MemorySegment> segments = new ArrayList<>(loans.size());
      for (Loan loan : loans) {
        loan.begin(op);
        begun++;
        segments.add(loan.segment());
      }
      vector = IoVec.of(Arena.ofAuto(), segments);
    } catch (RuntimeException e) {
      endLoans(0);
      throw e;
    }
  }

  @Override
  void fill(Sqe sqe) {
    IoVec lent = vector;
    if (lent == null) {
      throw new IllegalStateException(op + " was not begun");
    }
    if (op == Op.READV) {
      sqe.readv(target.fd(), lent, offset);
    } else {
      sqe.writev(target.fd(), lent, offset);
    }
  }

  @Override
  void settle(int res) {
    endLoans(Math.max(0, res));
  }

  private void endLoans(long moved) {
    for (Loan loan : loans.subList(0, begun)) {
      long part = Math.min(moved, loan.segment().byteSize());
      loan.end(part);
      moved -= part;
    }
    begun = 0;
  }

  @Override
  Long value(int res) throws IOException {
    return result(res);
  }

  /** Submits, waits, and returns the bytes moved, or −1 at the end. */
  public long transfer() throws IOException {
    return result(await());
  }

  private long result(int res) {
    boolean room = loans.stream().anyMatch(loan -> loan.segment().byteSize() > 0);
    return res == 0 && room && op == Op.READV ? -1 : res;
  }
}
