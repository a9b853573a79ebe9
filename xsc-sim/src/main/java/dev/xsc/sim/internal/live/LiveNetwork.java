// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.Network;
import dev.xsc.sim.internal.SocketObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;

/** This machine's sockets and pipes. Any thread. */
final class LiveNetwork implements Network {
  // include/linux/net.h, include/uapi/linux/in.h, include/uapi/asm-generic/errno.h
  private static final int SOCK_PACKET = 10;
  private static final int IPPROTO_UDP = 17;
  private static final int ESOCKTNOSUPPORT = 94;

  @Override
  public SocketObject socket(int domain, int type, int protocol) throws IOException {
    ProtocolFamily family = family(domain);
    try {
      return switch (type) {
        case Posix.SOCK_STREAM -> {
          requireProtocol(protocol, domain == SockAddr.AF_UNIX ? 0 : Posix.IPPROTO_TCP);
          yield new StreamSocket(domain, family);
        }
        case Posix.SOCK_DGRAM -> {
          if (domain == SockAddr.AF_UNIX) {
            throw new ErrnoException(Errno.EOPNOTSUPP);
          }
          requireProtocol(protocol, IPPROTO_UDP);
          yield new DatagramSocket(domain, family);
        }
        default -> throw new ErrnoException(type > SOCK_PACKET ? Errno.EINVAL : ESOCKTNOSUPPORT);
      };
    } catch (UnsupportedOperationException _) {
      // NIO's word for a family that this machine has switched off.
      throw new ErrnoException(Errno.EAFNOSUPPORT);
    }
  }

  @Override
  public Pipe pipe() throws IOException {
    java.nio.channels.Pipe pipe = java.nio.channels.Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
    PipeSource source = new PipeSource(pipe.source());
    return new Pipe(source, new PipeSink(pipe.sink(), source));
  }

  /** An address to send or connect to: on Linux, "any" means this machine. */
  static SocketAddress destination(SocketAddress address) throws IOException {
    if (address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress()) {
      byte[] loopback = inet.getAddress().getAddress();
      if (loopback.length == 4) {
        loopback[0] = 127;
      }
      loopback[loopback.length - 1] = 1;
      return new InetSocketAddress(InetAddress.getByAddress(loopback), inet.getPort());
    }
    return address;
  }

  private static ProtocolFamily family(int domain) throws ErrnoException {
    return switch (domain) {
      case SockAddr.AF_INET -> StandardProtocolFamily.INET;
      case SockAddr.AF_INET6 -> StandardProtocolFamily.INET6;
      case SockAddr.AF_UNIX -> StandardProtocolFamily.UNIX;
      default -> throw new ErrnoException(Errno.EAFNOSUPPORT);
    };
  }

  private static void requireProtocol(int protocol, int natural) throws ErrnoException {
    if (protocol != 0 && protocol != natural) {
      throw new ErrnoException(Errno.EPROTONOSUPPORT);
    }
  }
}
