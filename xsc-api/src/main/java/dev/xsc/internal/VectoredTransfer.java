// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.IoVec;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves bytes between a descriptor and several pieces of memory in one call: {@link Op#READV},
 * {@link Op#WRITEV}, {@link Op#SENDMSG}. The result is the number of bytes, −1 at the end of the
 * file.
 *
 * <p>With {@code fully} it goes on after a short transfer until all is moved.
 */
public final class VectoredTransfer extends Operation<Long> {
  private final Handle target;
  private final List<Loan> loans;
  private final long offset;
  private final boolean fully;
  private final long size;

  /** The vectors, which the kernel reads until the end. */
  private final Arena arena = Arena.ofAuto();

  private long moved;
  private int begun;

  private VectoredTransfer(
      Op op, Handle handle, List<Loan> loans, long offset, boolean fully, long timeoutNanos) {
    super(handle.loop(), op, handle);
    if (loans.isEmpty() || loans.size() > IoVec.MAX) {
      throw new IllegalArgumentException(
          loans.size() + " buffers: vectored I/O takes 1 to " + IoVec.MAX + ", split the call");
    }
    this.target = handle;
    this.loans = loans;
    this.offset = offset;
    this.fully = fully;
    this.timeoutNanos = timeoutNanos;
    this.size = loans.stream().mapToLong(loan -> loan.segment().byteSize()).sum();
  }

  /**
   * A transfer of all the loans from or to a file.
   *
   * @param op {@link Op#READV} or {@link Op#WRITEV}
   * @param loans 1 to {@link IoVec#MAX}
   * @param offset in the file
   */
  public static VectoredTransfer of(Op op, Handle handle, List<Loan> loans, long offset) {
    return new VectoredTransfer(op, handle, loans, offset, false, 0);
  }

  /** A transfer of all the loans to a connected socket; time limit 0 for none. */
  public static VectoredTransfer send(
      Handle handle, List<Loan> loans, boolean fully, long timeoutNanos) {
    return new VectoredTransfer(Op.SENDMSG, handle, loans, 0, fully, timeoutNanos);
  }

  @Override
  void begin() {
    try {
      for (Loan loan : loans) {
        loan.begin(op);
        begun++;
      }
    } catch (RuntimeException e) {
      endLoans(0);
      throw e;
    }
  }

  @Override
  void fill(Sqe sqe) {
    int fd = target.fd();
    switch (op) {
      case READV -> sqe.readv(fd, IoVec.of(arena, rest()), offset);
      case WRITEV -> sqe.writev(fd, IoVec.of(arena, rest()), offset);
      case SENDMSG -> sqe.sendmsg(fd, MsgHdr.of(arena, rest()).prepare(0), Posix.MSG_NOSIGNAL);
      default -> throw new IllegalStateException(op + " is not vectored");
    }
  }

  /** What has not been moved yet. */
  private List<MemorySegment> rest() {
    List<MemorySegment> rest = new ArrayList<>(loans.size());
    long skip = moved;
    for (Loan loan : loans) {
      MemorySegment segment = loan.segment();
      long skipped = Math.min(skip, segment.byteSize());
      skip -= skipped;
      if (skipped < segment.byteSize() || skipped == 0) {
        rest.add(segment.asSlice(skipped));
      }
    }
    return rest;
  }

  @Override
  boolean again(int res) {
    if (super.again(res)) {
      return true;
    }
    if (!fully || res <= 0) {
      return false;
    }
    moved += res;
    return moved < size;
  }

  @Override
  void settle(int res) {
    endLoans(fully ? moved : Math.max(0, res));
  }

  private void endLoans(long transferred) {
    for (Loan loan : loans.subList(0, begun)) {
      long part = Math.min(transferred, loan.segment().byteSize());
      loan.end(part);
      transferred -= part;
    }
    begun = 0;
  }

  @Override
  Long value(int res) {
    return result(res);
  }

  /** Submits, waits, and returns the bytes moved, or −1 at the end. */
  public long transfer() throws IOException {
    return result(awaitResult());
  }

  private long result(int res) {
    if (fully) {
      return moved;
    }
    return res == 0 && size > 0 && op == Op.READV ? -1 : res;
  }
}
