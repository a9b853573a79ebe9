// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import dev.xsc.ring.SockAddr;
import java.util.Locale;

/** What is compared. */
public enum Subject {
  /** Opening, reading, writing, naming and removing files and folders. */
  FILES(60),
  /** TCP connections of the loopback interface, from the moment when they are established. */
  STREAMS(40),
  /** Connections of local sockets. */
  LOCAL_STREAMS(40),
  /** UDP sockets of the loopback interface. */
  DATAGRAMS(40),
  /** The order of binding, listening, connecting, accepting and closing TCP sockets. */
  CONNECTIONS(40);

  private final int steps;

  Subject(int steps) {
    this.steps = steps;
  }

  /** Steps of one run. */
  int steps() {
    return steps;
  }

  /**
   * Begins.
   *
   * @param folder an empty folder of that kernel, to work in
   */
  Sequence begin(Side side, String folder) {
    return switch (this) {
      case FILES -> new FileSequence(side, folder);
      case STREAMS -> new StreamSequence(side, SockAddr.AF_INET, folder);
      case LOCAL_STREAMS -> new StreamSequence(side, SockAddr.AF_UNIX, folder);
      case DATAGRAMS -> new DatagramSequence(side);
      case CONNECTIONS -> new ConnectionSequence(side);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
