// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Socket addresses as the kernel sees them, on every operating system in Linux's layout: {@code
 * sockaddr_in} ({@code include/uapi/linux/in.h}), {@code sockaddr_in6} ({@code in6.h}), {@code
 * sockaddr_un} ({@code un.h}).
 */
public final class SockAddr {
  /**
   * Room that every supported address fits in, {@code sockaddr_un} being the longest with 110
   * bytes.
   */
  public static final int MAX_SIZE = 112;

  /** Family of local sockets. */
  public static final int AF_UNIX = 1;

  /** Family of IPv4. */
  public static final int AF_INET = 2;

  /** Family of IPv6. */
  public static final int AF_INET6 = 10;

  /** Size of {@code sockaddr_in}. */
  public static final int SIZE_IN = 16;

  /** Size of {@code sockaddr_in6}. */
  public static final int SIZE_IN6 = 28;

  private static final int UNIX_PATH = 2;
  private static final int UNIX_PATH_MAX = 108;

  private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private SockAddr() {}

  /** The family that a socket for this address needs. */
  public static int family(SocketAddress address) {
    return switch (address) {
      case InetSocketAddress inet when resolved(inet).getAddress() instanceof Inet4Address ->
          AF_INET;
      case InetSocketAddress _ -> AF_INET6;
      case UnixDomainSocketAddress _ -> AF_UNIX;
      default -> throw unsupported(address);
    };
  }

  /**
   * Writes an address.
   *
   * @param address an {@link InetSocketAddress} (resolved) or a {@link UnixDomainSocketAddress}
   * @param family of the socket it is for; an IPv4 address for an IPv6 socket is written in its
   *     mapped form
   * @param to {@link #MAX_SIZE} bytes
   * @return the address's length in bytes
   */
  public static int write(SocketAddress address, int family, MemorySegment to) {
    to.fill((byte) 0);
    return switch (address) {
      case InetSocketAddress inet -> writeInet(resolved(inet), family, to);
      case UnixDomainSocketAddress unix -> writeUnix(unix, to);
      default -> throw unsupported(address);
    };
  }

  private static int writeInet(InetSocketAddress address, int family, MemorySegment to) {
    byte[] ip = address.getAddress().getAddress();
    if (family == AF_INET && ip.length != 4) {
      throw new IllegalArgumentException(
          address + " is an IPv6 address, the socket is IPv4: open it for this address");
    }
    to.set(FAMILY, 0, (short) family);
    to.set(PORT, 2, (short) address.getPort());
    if (family == AF_INET) {
      MemorySegment.copy(ip, 0, to, JAVA_BYTE, 4, 4);
      return SIZE_IN;
    }
    if (ip.length == 4) {
      to.set(JAVA_BYTE, 18, (byte) 0xff);
      to.set(JAVA_BYTE, 19, (byte) 0xff);
      MemorySegment.copy(ip, 0, to, JAVA_BYTE, 20, 4);
      if (address.getAddress().isAnyLocalAddress()) {
        to.asSlice(8, 16).fill((byte) 0);
      }
      return SIZE_IN6;
    }
    MemorySegment.copy(ip, 0, to, JAVA_BYTE, 8, 16);
    to.set(ValueLayout.JAVA_INT, 24, ((Inet6Address) address.getAddress()).getScopeId());
    return SIZE_IN6;
  }

  private static int writeUnix(UnixDomainSocketAddress address, MemorySegment to) {
    byte[] path = address.getPath().toString().getBytes(StandardCharsets.UTF_8);
    if (path.length >= UNIX_PATH_MAX) {
      throw new IllegalArgumentException(
          "socket path of "
              + path.length
              + " bytes: at most "
              + (UNIX_PATH_MAX - 1)
              + ", use a shorter one: "
              + address);
    }
    to.set(FAMILY, 0, (short) AF_UNIX);
    MemorySegment.copy(path, 0, to, JAVA_BYTE, UNIX_PATH, path.length);
    return UNIX_PATH + path.length + 1;
  }

  /**
   * Reads an address.
   *
   * @param length as the kernel returned it
   * @throws IllegalArgumentException for a family that this class does not know
   */
  public static SocketAddress read(MemorySegment from, int length) {
    int family = length < 2 ? AF_UNIX : Short.toUnsignedInt(from.get(FAMILY, 0));
    return switch (family) {
      case AF_INET ->
          new InetSocketAddress(ip(from, 4, 4, 0), Short.toUnsignedInt(from.get(PORT, 2)));
      case AF_INET6 ->
          new InetSocketAddress(
              ip(from, 8, 16, from.get(ValueLayout.JAVA_INT, 24)),
              Short.toUnsignedInt(from.get(PORT, 2)));
      case AF_UNIX -> UnixDomainSocketAddress.of(unixPath(from, length));
      default ->
          throw new IllegalArgumentException("address family " + family + " is not supported");
    };
  }

  private static InetAddress ip(MemorySegment from, long offset, int length, int scope) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(from, JAVA_BYTE, offset, bytes, 0, length);
    try {
      return scope == 0
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, scope);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 byte addresses are always legal", e);
    }
  }

  private static String unixPath(MemorySegment from, int length) {
    int end = UNIX_PATH;
    while (end < length && from.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    byte[] path = new byte[end - UNIX_PATH];
    MemorySegment.copy(from, JAVA_BYTE, UNIX_PATH, path, 0, path.length);
    return new String(path, StandardCharsets.UTF_8);
  }

  private static InetSocketAddress resolved(InetSocketAddress address) {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          address.getHostString() + " is unresolved: look it up before use");
    }
    return address;
  }

  private static IllegalArgumentException unsupported(SocketAddress address) {
    return new IllegalArgumentException(
        address + ": only InetSocketAddress and UnixDomainSocketAddress are supported");
  }
}
