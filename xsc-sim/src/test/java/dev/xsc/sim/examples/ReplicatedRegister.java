// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingDatagramSocket;
import dev.xsc.Xsc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A number that several hosts keep: written to and read from a majority of them, so that it stays
 * available while a minority cannot be reached. One writer, any number of readers; each client
 * belongs to one thread.
 *
 * <p>The promise: a read that begins after another read or write has ended returns nothing older.
 */
class ReplicatedRegister implements AutoCloseable {
  private static final int SIZE = 3 * Long.BYTES;
  private static final int VERSION = Long.BYTES;
  private static final int VALUE = 2 * Long.BYTES;
  private static final long READ_ONLY = 0;

  private static final int ATTEMPTS = 100;
  private static final Duration PATIENCE = Duration.ofMillis(20);

  private final IoArena arena;
  private final IoBuffer out;
  private final IoBuffer in;
  private final RingDatagramSocket socket;
  private final List<InetSocketAddress> replicas;
  private long question;

  /** What a majority knows. */
  record Version(long version, long value) {}

  /** A client of these replicas. */
  ReplicatedRegister(Xsc xsc, InetSocketAddress local, List<InetSocketAddress> replicas)
      throws IOException {
    this.replicas = replicas;
    arena = xsc.openArena();
    out = arena.allocate(SIZE);
    in = arena.allocate(SIZE);
    socket = xsc.bindDatagram(local).receiveTimeout(PATIENCE);
  }

  /** A replica: keeps what has the highest version. Ends when the socket is closed. */
  static void serve(Xsc xsc, RingDatagramSocket socket) throws IOException {
    Version mine = new Version(0, 0);
    try (IoArena arena = xsc.openArena()) {
      IoBuffer message = arena.allocate(SIZE);
      while (socket.isOpen()) {
        SocketAddress client = socket.receive(message).sender();
        if (message.getLong(VERSION) > mine.version) {
          mine = new Version(message.getLong(VERSION), message.getLong(VALUE));
        }
        message.putLong(VERSION, mine.version).putLong(VALUE, mine.value);
        socket.send(message, client);
      }
    }
  }

  /** Writes; the version must be higher than that of the last write. */
  void write(Version next) throws IOException {
    askMajority(next);
  }

  /** Reads. */
  Version read() throws IOException {
    Version newest = askMajority(new Version(READ_ONLY, 0));
    settle(newest);
    return newest;
  }

  /** Another reader may ask another majority: it must know what this one returns. */
  void settle(Version newest) throws IOException {
    askMajority(newest);
  }

  /** Tells and asks all until a majority has answered; returns the newest answer. */
  final Version askMajority(Version told) throws IOException {
    question++;
    Version newest = told;
    Set<SocketAddress> answered = new HashSet<>();
    for (int i = 0; i < ATTEMPTS; i++) {
      out.putLong(0, question).putLong(VERSION, told.version).putLong(VALUE, told.value);
      for (InetSocketAddress replica : replicas) {
        if (!answered.contains(replica)) {
          socket.send(out, replica);
        }
      }
      try {
        while (answered.size() <= replicas.size() / 2) {
          SocketAddress sender = socket.receive(in).sender();
          if (in.getLong(0) == question) {
            answered.add(sender);
            if (in.getLong(VERSION) > newest.version) {
              newest = new Version(in.getLong(VERSION), in.getLong(VALUE));
            }
          }
        }
        return newest;
      } catch (SocketTimeoutException _) {
        // Lost, or cut off: again.
      }
    }
    throw new SocketTimeoutException("no majority after " + ATTEMPTS + " attempts");
  }

  @Override
  public void close() throws IOException {
    socket.close();
    arena.close();
  }

  /** The same with a bug: a read does not see to it that a majority knows what it returns. */
  static final class Hasty extends ReplicatedRegister {
    Hasty(Xsc xsc, InetSocketAddress local, List<InetSocketAddress> replicas) throws IOException {
      super(xsc, local, replicas);
    }

    @Override
    void settle(Version newest) {
      // Planted: a majority was asked, which seems to be enough.
    }
  }
}
