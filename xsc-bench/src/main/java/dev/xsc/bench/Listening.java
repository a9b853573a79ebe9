// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The addresses that servers listen on, from and for people. */
final class Listening {
  private static final int MAX_PORT = 65_535;

  private Listening() {}

  /**
   * The address that options name.
   *
   * @throws ParameterException if there is none
   */
  static InetSocketAddress at(CommandLine commandLine, String host, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new ParameterException(
          commandLine, "port " + port + ": must be 0 (any free one) to " + MAX_PORT);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new ParameterException(commandLine, "unknown host '" + host + "'", e);
    }
  }

  /** As in {@code 127.0.0.1:8080} or {@code [::1]:8080}. */
  static String print(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }
}
