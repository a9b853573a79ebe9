// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SockAddrTest {
  private final MemorySegment memory = Arena.ofAuto().allocate(SockAddr.MAX_SIZE, 8);

  private static SocketAddress inet(String ip, int port) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(ip), port);
  }

  private SocketAddress back(SocketAddress address, int family) {
    return SockAddr.read(memory, SockAddr.write(address, family, memory));
  }

  @Test
  void portsAndAddressesAreInNetworkOrder() throws Exception {
    int length = SockAddr.write(inet("127.0.0.1", 8080), SockAddr.AF_INET, memory);
    assertEquals(SockAddr.SIZE_IN, length);
    byte[] bytes = memory.asSlice(2, 6).toArray(ValueLayout.JAVA_BYTE);
    assertEquals("1f907f000001", HexFormat.of().formatHex(bytes));
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    for (String ip : new String[] {"0.0.0.0", "127.0.0.1", "255.1.2.254"}) {
      for (int port : new int[] {0, 1, 255, 256, 65535}) {
        SocketAddress address = inet(ip, port);
        assertEquals(SockAddr.AF_INET, SockAddr.family(address));
        assertEquals(address, back(address, SockAddr.AF_INET));
      }
    }
    SocketAddress six = inet("2001:db8::1:2", 443);
    assertEquals(SockAddr.AF_INET6, SockAddr.family(six));
    assertEquals(six, back(six, SockAddr.AF_INET6));
    UnixDomainSocketAddress local = UnixDomainSocketAddress.of("/run/some.socket");
    assertEquals(SockAddr.AF_UNIX, SockAddr.family(local));
    assertEquals(local, back(local, SockAddr.AF_UNIX));
  }

  @Test
  void anIpv4AddressForAnIpv6SocketIsMapped() throws Exception {
    SocketAddress four = inet("10.1.2.3", 53);
    assertEquals(SockAddr.SIZE_IN6, SockAddr.write(four, SockAddr.AF_INET6, memory));
    assertEquals(four, back(four, SockAddr.AF_INET6));
  }

  @Test
  void whatDoesNotFitOrIsNoAddressIsRefused() {
    UnixDomainSocketAddress longest = UnixDomainSocketAddress.of("/" + "x".repeat(106));
    assertEquals(longest, back(longest, SockAddr.AF_UNIX));
    UnixDomainSocketAddress tooLong = UnixDomainSocketAddress.of("/" + "x".repeat(108));
    assertThrows(
        IllegalArgumentException.class, () -> SockAddr.write(tooLong, SockAddr.AF_UNIX, memory));
    SocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
    RuntimeException e = assertThrows(RuntimeException.class, () -> SockAddr.family(unresolved));
    assertTrue(e.getMessage().contains("nowhere.invalid"), e::toString);
    SocketAddress unknown = new SocketAddress() {};
    assertThrows(IllegalArgumentException.class, () -> SockAddr.family(unknown));
  }
}
