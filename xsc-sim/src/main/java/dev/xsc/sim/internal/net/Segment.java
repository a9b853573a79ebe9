// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import java.net.InetSocketAddress;

/**
 * A TCP segment. The bytes of a connection are numbered from 0, the end of the stream counting as
 * one more.
 *
 * @param kind what it is
 * @param from where it comes from
 * @param to where it goes
 * @param fromToken the sender's life of the connection
 * @param toToken the receiver's as the sender knows it; 0 if it does not
 * @param number of the first byte
 * @param bytes content
 * @param end whether the stream ends behind the bytes
 * @param acknowledged everything before this number has arrived at the sender
 * @param window how many bytes from there on the sender has room for
 */
@SuppressWarnings("ArrayRecordComponent") // Segments are never compared.
record Segment(
    Kind kind,
    InetSocketAddress from,
    InetSocketAddress to,
    long fromToken,
    long toToken,
    long number,
    byte[] bytes,
    boolean end,
    long acknowledged,
    long window) {
  /** Kinds. */
  enum Kind {
    SYN,
    SYN_ACK,
    DATA,
    PROBE,
    RESET
  }

  /** IP and TCP headers. */
  private static final int HEADERS = 40;

  private static final byte[] NOTHING = {};

  static Segment reset(Segment answered) {
    return new Segment(
        Kind.RESET,
        answered.to,
        answered.from,
        answered.toToken,
        answered.fromToken,
        0,
        NOTHING,
        false,
        0,
        0);
  }

  static Segment bare(Kind kind, TcpConnection sender, long acknowledged, long window) {
    return new Segment(
        kind,
        sender.local,
        sender.remote,
        sender.token,
        sender.peerToken,
        0,
        NOTHING,
        false,
        acknowledged,
        window);
  }

  int size() {
    return HEADERS + bytes.length;
  }
}
