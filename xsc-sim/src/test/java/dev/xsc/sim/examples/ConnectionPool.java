// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFuture;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * A fixed number of connections to a server that echoes. Whoever takes one gives it back; whoever
 * finds none waits for a while. Any thread.
 */
class ConnectionPool implements AutoCloseable {
  private final Xsc xsc;
  private final IoArena arena;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Deque<CompletableFuture<Connection>> waiting = new ArrayDeque<>();

  /** A connection and its buffer. Used by whoever has taken it. */
  static final class Connection {
    private final RingSocket socket;
    private final IoBuffer buffer;

    private Connection(RingSocket socket, IoBuffer buffer) {
      this.socket = socket;
      this.buffer = buffer;
    }

    /** Sends a number, and returns what the server answers. */
    long ask(long number) throws IOException {
      socket.writeFully(buffer.putLong(0, number));
      socket.readFully(buffer);
      return buffer.getLong(0);
    }
  }

  ConnectionPool(Xsc xsc, InetSocketAddress server, int size) throws IOException {
    this.xsc = xsc;
    arena = xsc.openArena();
    for (int i = 0; i < size; i++) {
      idle.add(new Connection(xsc.connect(server), arena.allocate(Long.BYTES)));
    }
  }

  /** How many nobody has. */
  synchronized int idle() {
    return idle.size();
  }

  /** Takes a connection, if need be as soon as there is one. */
  Connection take(Duration patience) throws TimeoutException {
    CompletableFuture<Connection> mine = new CompletableFuture<>();
    synchronized (this) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
      waiting.add(mine);
    }
    RingFuture<Void> alarm = xsc.timer(patience);
    CompletableFuture<Void> end = alarm.thenRun(() -> giveUp(mine));
    try {
      return mine.join();
    } catch (CancellationException _) {
      throw new TimeoutException("no connection within " + patience);
    } finally {
      end.cancel(false);
      var _ = alarm.cancelOperation();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a future is its identity
  private synchronized void giveUp(CompletableFuture<Connection> waiter) {
    waiting.removeIf(other -> other == waiter);
    waiter.cancel(false);
  }

  /** Gives a connection back. Before somebody else gets it, it must prove that it works. */
  void giveBack(Connection connection) throws IOException {
    CompletableFuture<Connection> next = nextInLine(connection);
    while (next != null) {
      if (connection.ask(-1) != -1) {
        throw new IOException("answer to another question");
      }
      if (handOver(next, connection)) {
        return;
      }
      next = nextInLine(connection);
    }
  }

  /** Who waits longest; null if nobody does: then the connection is idle from now on. */
  private synchronized CompletableFuture<Connection> nextInLine(Connection connection) {
    CompletableFuture<Connection> next = waiting.poll();
    if (next == null) {
      idle.push(connection);
    }
    return next;
  }

  /** False if the one who waited has given up meanwhile. */
  boolean handOver(CompletableFuture<Connection> to, Connection connection) {
    return to.complete(connection);
  }

  /** Call when all connections are idle. */
  @Override
  public synchronized void close() throws IOException {
    for (Connection each : idle) {
      each.socket.close();
    }
    arena.close();
  }

  /** The same with a bug: who gave up during the proof gets the connection all the same. */
  static final class Leaky extends ConnectionPool {
    Leaky(Xsc xsc, InetSocketAddress server, int size) throws IOException {
      super(xsc, server, size);
    }

    @Override
    boolean handOver(CompletableFuture<Connection> to, Connection connection) {
      // Planted: those who give up leave the line, so this one seems to wait still.
      to.complete(connection);
      return true;
    }
  }
}
