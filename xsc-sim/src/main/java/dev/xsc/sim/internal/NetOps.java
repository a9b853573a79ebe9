// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.spi.XscAbi;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;

/** Operations that make, name, connect and end sockets. */
final class NetOps {
  private static final int SOCKET_FLAGS = Posix.SOCK_NONBLOCK | Posix.SOCK_CLOEXEC;

  /** Connections that one multishot accept takes before others get their turn. */
  private static final int BURST = 64;

  private NetOps() {}

  static void register(OpRow[] table) {
    int named = OpRow.FILE | OpRow.ADDR | OpRow.LEN;
    table[XscAbi.OP_SOCKET] =
        new OpRow("SOCKET", OpRow.FD | OpRow.OFF | OpRow.LEN, 0, 0, new Open());
    table[XscAbi.OP_BIND] = new OpRow("BIND", named, 0, 0, new Bind());
    table[XscAbi.OP_LISTEN] = new OpRow("LISTEN", OpRow.FILE | OpRow.LEN, 0, 0, new Listen());
    table[XscAbi.OP_CONNECT] = new OpRow("CONNECT", named, 0, 0, new Connect());
    table[XscAbi.OP_ACCEPT] =
        new OpRow(
            "ACCEPT",
            OpRow.FILE | OpRow.ADDR | OpRow.OFF | OpRow.WRITES_MEMORY,
            XscAbi.ACCEPT_MULTISHOT,
            SOCKET_FLAGS,
            new Accept());
    table[XscAbi.OP_SHUTDOWN] = new OpRow("SHUTDOWN", OpRow.FILE | OpRow.LEN, 0, 0, new Shutdown());
  }

  /** {@code socket(2)}; a descriptor or a negated errno. */
  static int socket(Machine machine, int domain, int type, int protocol) throws IOException {
    if ((type & ~SOCKET_FLAGS & ~0xf) != 0) {
      return -Errno.EINVAL;
    }
    return install(machine, machine.network().socket(domain, type & 0xf, protocol), type);
  }

  /** Gives a socket a descriptor. */
  private static int install(Machine machine, SocketObject socket, int flags) {
    OpenFile file = new OpenFile(socket, Posix.O_RDWR | (flags & Posix.SOCK_NONBLOCK));
    int fd = machine.descriptors().install(file);
    if (fd < 0) {
      file.release();
    }
    return fd;
  }

  /** A call on a socket; anything else is {@code -ENOTSOCK}. */
  abstract static class SocketCall extends Call {
    @Override
    final int run(Request r) throws IOException {
      if (!(r.file().object() instanceof SocketObject socket)) {
        return -Errno.ENOTSOCK;
      }
      // An address that makes no sense is told after a descriptor that makes none.
      return r.operand instanceof Integer error ? error : run(r, socket);
    }

    abstract int run(Request r, SocketObject socket) throws IOException;

    /** Takes the address that the entry names. */
    static int prepareAddress(Request r) {
      r.operand =
          References.address(
              References.segment(r.reference, r.addr, Integer.toUnsignedLong(r.len)),
              Integer.toUnsignedLong(r.len));
      return 0;
    }
  }

  private static final class Open extends Call {
    @Override
    int resolve(Engine engine, Request r) {
      r.machine = engine.machine();
      return 0;
    }

    @Override
    int run(Request r) throws IOException {
      if (r.off < 0 || r.off > Integer.MAX_VALUE) {
        return -Errno.EINVAL;
      }
      return socket(r.machine(), r.fd, r.len, (int) r.off);
    }
  }

  private static final class Bind extends SocketCall {
    @Override
    public int prepare(Request r) {
      return prepareAddress(r);
    }

    @Override
    int run(Request r, SocketObject socket) throws IOException {
      socket.bind((SocketAddress) r.operand());
      return 0;
    }
  }

  private static final class Listen extends SocketCall {
    @Override
    int run(Request r, SocketObject socket) throws IOException {
      socket.listen(r.len);
      return 0;
    }
  }

  private static final class Connect extends SocketCall {
    @Override
    public int prepare(Request r) {
      return prepareAddress(r);
    }

    @Override
    int readiness(Request r) {
      return Posix.POLLOUT;
    }

    @Override
    int run(Request r, SocketObject socket) throws IOException {
      boolean again = r.again;
      r.again = true;
      return socket.connect((SocketAddress) r.operand(), again);
    }
  }

  private static final class Accept extends SocketCall {
    @Override
    public int prepare(Request r) {
      if (r.addr == 0 && r.off == 0) {
        return 0;
      }
      if (r.ioprio != 0) {
        // One pair of address and length for many connections says nothing about any.
        return -Errno.EINVAL;
      }
      r.out = References.segment(References.half(r.reference, 0), r.addr, SockAddr.MAX_SIZE);
      r.out2 = References.segment(References.half(r.reference, 1), r.off, Integer.BYTES);
      if (r.out == null || r.out2 == null) {
        r.error = -Errno.EFAULT;
      }
      return 0;
    }

    @Override
    int readiness(Request r) {
      return Posix.POLLIN;
    }

    @Override
    int resolve(Engine engine, Request r) {
      r.machine = engine.machine();
      return r.file().object() instanceof SocketObject ? 0 : -Errno.ENOTSOCK;
    }

    @Override
    int run(Request r, SocketObject socket) throws IOException {
      SocketObject peer = socket.accept();
      if (peer == null) {
        return -Errno.EAGAIN;
      }
      if (r.out != null) {
        MemorySegment length = r.out2();
        int room = length.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        if (room < 0) {
          peer.close();
          return -Errno.EINVAL;
        }
        MemorySegment address = r.out().asSlice(0, Math.min(room, SockAddr.MAX_SIZE));
        length.set(
            ValueLayout.JAVA_INT_UNALIGNED,
            0,
            References.writeAddress(peer.peerAddress(), peer.domain(), address));
      }
      return install(r.machine(), peer, r.opFlags);
    }

    @Override
    public int resume(Engine engine, Request r) {
      for (int round = 0; round < BURST; round++) {
        int result = super.resume(engine, r);
        if (r.ioprio == 0 || result < 0 || !engine.goesOn(r)) {
          return result;
        }
        engine.postMore(r, result, 0);
      }
      return Request.PENDING;
    }
  }

  private static final class Shutdown extends SocketCall {
    @Override
    int run(Request r, SocketObject socket) throws IOException {
      if (r.len < Posix.SHUT_RD || r.len > Posix.SHUT_RDWR) {
        return -Errno.EINVAL;
      }
      socket.shutdown(r.len);
      return 0;
    }
  }
}
