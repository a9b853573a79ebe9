// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.spi.XscAbi;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;

/** Sending and receiving on sockets, with and without a message header. */
final class MsgOps {
  private static final int SEND_FLAGS =
      Posix.MSG_DONTWAIT | Posix.MSG_WAITALL | Posix.MSG_NOSIGNAL | Posix.MSG_MORE;
  private static final int RECV_FLAGS =
      Posix.MSG_DONTWAIT
          | Posix.MSG_WAITALL
          | Posix.MSG_NOSIGNAL
          | Posix.MSG_PEEK
          | MsgHdr.MSG_TRUNC;

  /** Arrivals that one multishot receive takes before others get their turn. */
  private static final int BURST = 32;

  private MsgOps() {}

  static void register(OpRow[] table) {
    int plain = OpRow.FILE | OpRow.ADDR | OpRow.LEN;
    int message = OpRow.FILE | OpRow.ADDR;
    table[XscAbi.OP_SEND] = new OpRow("SEND", plain, 0, SEND_FLAGS, new Send(false));
    table[XscAbi.OP_SENDMSG] = new OpRow("SENDMSG", message, 0, SEND_FLAGS, new Send(true));
    table[XscAbi.OP_RECV] =
        new OpRow(
            "RECV",
            plain | OpRow.SELECT | OpRow.WRITES_MEMORY,
            XscAbi.RECV_MULTISHOT,
            RECV_FLAGS,
            new Recv(false));
    table[XscAbi.OP_RECVMSG] =
        new OpRow("RECVMSG", message | OpRow.WRITES_MEMORY, 0, RECV_FLAGS, new Recv(true));
  }

  /** What both directions share: going on until all is done, if asked to. */
  private abstract static class Transfer extends NetOps.SocketCall {
    final boolean message;

    Transfer(boolean message) {
      this.message = message;
    }

    @Override
    public int prepare(Request r) {
      if (message) {
        return References.message(r);
      }
      if (r.len < 0) {
        return -Errno.EINVAL;
      }
      References.buffer(r);
      return 0;
    }

    @Override
    boolean waits(Request r) {
      return (r.opFlags & Posix.MSG_DONTWAIT) == 0;
    }

    /** Moves bytes once. */
    abstract int move(Request r, SocketObject socket) throws IOException;

    @Override
    final int run(Request r, SocketObject socket) throws IOException {
      boolean all = all(r) && !socket.datagrams();
      while (true) {
        int n;
        try {
          n = move(r, socket);
        } catch (IOException | RuntimeException e) {
          if (r.done > 0) {
            // What was moved before counts; the next call on the socket meets the error again.
            return r.done;
          }
          throw e;
        }
        if (!all) {
          return n;
        }
        if (n == -Errno.EAGAIN && (waits(r) || r.done == 0)) {
          return n;
        }
        r.done += Math.max(n, 0);
        if (n <= 0 || r.done == r.buffers.total()) {
          return r.done == 0 ? n : r.done;
        }
      }
    }

    boolean all(Request r) {
      return (r.opFlags & Posix.MSG_WAITALL) != 0;
    }

    @Override
    public boolean fails(Request r, int result) {
      return result < (all(r) ? r.buffers.total() : 0);
    }
  }

  private static final class Send extends Transfer {
    Send(boolean message) {
      super(message);
    }

    @Override
    public int prepare(Request r) {
      int error = super.prepare(r);
      MemorySegment name = r.out;
      // Read below, once: the header and the name are not needed any more.
      r.out = null;
      r.out2 = null;
      if (error != 0 || name == null) {
        return error;
      }
      r.operand = References.address(name, name.byteSize());
      return 0;
    }

    @Override
    int readiness(Request r) {
      return Posix.POLLOUT;
    }

    @Override
    int move(Request r, SocketObject socket) throws IOException {
      return socket.send(r.buffers, r.done, r.operand instanceof SocketAddress to ? to : null);
    }
  }

  private static final class Recv extends Transfer {
    Recv(boolean message) {
      super(message);
    }

    @Override
    public int prepare(Request r) {
      boolean goesOn = r.ioprio != 0;
      if (!r.has(XscAbi.SQE_BUFFER_SELECT)) {
        return goesOn ? -Errno.EINVAL : super.prepare(r);
      }
      return r.addr != 0 || r.len < 0 || (goesOn && all(r)) ? -Errno.EINVAL : 0;
    }

    @Override
    boolean all(Request r) {
      // A look at what is there can't be gone on with.
      return super.all(r) && (r.opFlags & Posix.MSG_PEEK) == 0;
    }

    @Override
    int readiness(Request r) {
      return Posix.POLLIN;
    }

    @Override
    int move(Request r, SocketObject socket) throws IOException {
      int flags = r.opFlags & (Posix.MSG_PEEK | MsgHdr.MSG_TRUNC | Posix.MSG_DONTWAIT);
      if (!message) {
        return socket.receive(r.buffers, r.done, flags, null);
      }
      SocketObject.Message received = new SocketObject.Message();
      int n = socket.receive(r.buffers, r.done, flags, received);
      if (n >= 0) {
        References.received(r, socket.domain(), received);
      }
      return n;
    }

    @Override
    public int resume(Engine engine, Request r) {
      if (!r.has(XscAbi.SQE_BUFFER_SELECT)) {
        return super.resume(engine, r);
      }
      BufferRing group = engine.registry().group(r.bufIndex);
      if (group == null) {
        return -Errno.ENOBUFS;
      }
      for (int round = 0; round < BURST; round++) {
        if (!group.offers()) {
          return r.again && !hasData(r) ? Request.PENDING : -Errno.ENOBUFS;
        }
        MemorySegment buffer = group.peek(r.len);
        if (buffer == null) {
          return -Errno.EFAULT;
        }
        r.again = true;
        r.buffers.set(buffer);
        r.done = 0;
        int result = super.resume(engine, r);
        if (result <= 0) {
          // Pending, failed, or the peer has ended: the buffer stays offered.
          return result;
        }
        int flags = XscAbi.CQE_BUFFER | group.take() << 16;
        if (r.ioprio == 0 || !engine.goesOn(r)) {
          r.cqeFlags = flags;
          return result;
        }
        engine.postMore(r, result, flags);
      }
      return Request.PENDING;
    }

    private static boolean hasData(Request r) {
      try {
        return r.file().object() instanceof SocketObject socket
            && socket.poll(Posix.POLLIN, Posix.POLLIN | Posix.POLLRDHUP) != 0;
      } catch (IOException _) {
        // Whatever is wrong, the receive that follows will say.
        return true;
      }
    }
  }
}
