// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Moves bytes between a descriptor and one piece of memory: {@link Op#READ}, {@link Op#WRITE},
 * {@link Op#SEND}, {@link Op#RECV}. The result is the number of bytes, −1 at the end of what can be
 * read.
 *
 * <p>With {@code fully} it goes on after a short transfer until all is moved.
 */
public final class Transfer extends Operation<Integer> {
  private final Handle target;
  private final Loan loan;
  private final long offset;
  private final boolean fully;
  private long moved;

  /**
   * A transfer of the whole loan.
   *
   * @param offset in the file, or {@link Sqe#AT_POSITION}
   * @param timeoutNanos 0 for none
   */
  public Transfer(Op op, Handle handle, Loan loan, long offset, boolean fully, long timeoutNanos) {
    super(handle.loop(), op, handle);
    this.target = handle;
    this.loan = loan;
    this.offset = offset;
    this.fully = fully;
    this.timeoutNanos = timeoutNanos;
  }

  @Override
  void begin() {
    loan.begin(op);
  }

  @Override
  void fill(Sqe sqe) {
    MemorySegment rest = rest();
    int fd = target.fd();
    switch (op) {
      case READ -> sqe.read(fd, rest, position());
      case WRITE -> sqe.write(fd, rest, position());
      case SEND -> sqe.send(fd, rest, Posix.MSG_NOSIGNAL);
      case RECV -> {
        if (rest.byteSize() == 0) {
          // The kernel would wait for data all the same.
          sqe.nop();
        } else {
          sqe.recv(fd, rest, 0);
        }
      }
      default -> throw new IllegalStateException(op + " is not a transfer");
    }
  }

  private long position() {
    return offset < 0 ? offset : offset + moved;
  }

  private MemorySegment rest() {
    MemorySegment memory = loan.segment();
    long size = Math.min(memory.byteSize() - moved, Sqe.MAX_LENGTH);
    return moved == 0 && size == memory.byteSize() ? memory : memory.asSlice(moved, size);
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
    return moved < loan.segment().byteSize();
  }

  @Override
  void settle(int res) {
    loan.end(fully ? moved : Math.max(0, res));
  }

  @Override
  Integer value(int res) throws IOException {
    return result(res);
  }

  /** Submits, waits, and returns the bytes moved, or −1 at the end. */
  public int transfer() throws IOException {
    return result(awaitResult());
  }

  private int result(int res) throws IOException {
    long size = loan.segment().byteSize();
    if (fully) {
      if (moved < size) {
        throw new EOFException(target + " ended after " + moved + " of " + size + " bytes");
      }
      return (int) Math.min(moved, Integer.MAX_VALUE);
    }
    return res == 0 && size > 0 && (op == Op.READ || op == Op.RECV) ? -1 : res;
  }
}
