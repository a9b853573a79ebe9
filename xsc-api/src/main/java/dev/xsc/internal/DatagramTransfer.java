// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.ring.Sqe;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends or receives one datagram with its address: {@link Op#SENDMSG}, {@link Op#RECVMSG}. */
public final class DatagramTransfer<T> extends Operation<T> {
  /** Makes the caller's value of what came. */
  @FunctionalInterface
  public interface Arrival<T> {
    /** The value. */
    T of(SocketAddress sender, int size, boolean truncated);
  }

  private interface Outcome<T> {
    T of(MsgHdr message, int res);
  }

  private final Handle target;
  private final Loan loan;
  private final @Nullable SocketAddress to;
  private final int family;
  private final Outcome<T> outcome;
  private final Scratch scratch = new Scratch();
  private @Nullable MsgHdr message;
  private @Nullable T value;

  private DatagramTransfer(
      Op op, Handle handle, Loan loan, @Nullable SocketAddress to, int family, Outcome<T> outcome) {
    super(handle.loop(), op, handle);
    this.target = handle;
    this.loan = loan;
    this.to = to;
    this.family = family;
    this.outcome = outcome;
  }

  /** Sends all of the loan. */
  public static DatagramTransfer<Integer> send(
      Handle handle, Loan loan, SocketAddress to, int family) {
    return new DatagramTransfer<>(Op.SENDMSG, handle, loan, to, family, (_, res) -> res);
  }

  /** Receives into the loan; {@code timeoutNanos} 0 waits for ever. */
  public static <T> DatagramTransfer<T> receive(
      Handle handle, Loan loan, long timeoutNanos, Arrival<T> arrival) {
    DatagramTransfer<T> receive =
        new DatagramTransfer<>(
            Op.RECVMSG,
            handle,
            loan,
            null,
            0,
            (message, res) ->
                arrival.of(
                    SockAddr.read(message.name(), message.nameLength()),
                    res,
                    (message.receivedFlags() & MsgHdr.MSG_TRUNC) != 0));
    receive.timeoutNanos = timeoutNanos;
    return receive;
  }

  @Override
  void begin() {
    loan.begin(op);
    try {
      MsgHdr made = MsgHdr.of(scratch, List.of(loan.segment()));
      if (to != null) {
        made.prepare(SockAddr.write(to, family, made.name()));
      }
      message = made;
    } catch (RuntimeException e) {
      loan.end(0);
      scratch.release();
      throw e;
    }
  }

  @Override
  void fill(Sqe sqe) {
    MsgHdr lent = message();
    if (op == Op.SENDMSG) {
      sqe.sendmsg(target.fd(), lent, Posix.MSG_NOSIGNAL);
    } else {
      sqe.recvmsg(target.fd(), lent, 0);
    }
  }

  @Override
  void settle(int res) {
    loan.end(Math.max(0, res));
    try {
      if (res >= 0) {
        value = outcome.of(message(), res);
      }
    } finally {
      scratch.release();
    }
  }

  @Override
  @SuppressWarnings("NullAway") // what the outcome returned, which is T
  T value(int res) {
    return value;
  }

  private MsgHdr message() {
    MsgHdr made = message;
    if (made == null) {
      throw new IllegalStateException(op + " was not begun");
    }
    return made;
  }
}
