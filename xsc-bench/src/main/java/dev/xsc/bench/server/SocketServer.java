// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.server;

import dev.xsc.RingFailure;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.ring.Errno;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Accepts connections and serves each on a virtual thread of its own, up to a number at a time.
 * Thread-safe. Closing ends the connections and waits for their threads.
 */
public final class SocketServer implements AutoCloseable {
  /** What is done with a connection. */
  public interface Session {
    /**
     * Serves it until it ends; the server closes it.
     *
     * @throws IOException if the connection fails, which is no failure of the server
     */
    void serve(RingSocket socket) throws IOException;

    /** Turns down a connection beyond the limit; the server closes it. */
    default void refuse(RingSocket socket) throws IOException {}
  }

  private static final Logger LOG = System.getLogger("dev.xsc.bench");

  /** Errors of accept that say nothing about the listening socket, and may pass. */
  private static final Set<Integer> PASSING =
      Set.of(Errno.EMFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.ECONNABORTED);

  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How long sessions may go on when the server is closed. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Xsc xsc;
  private final RingServerSocket listening;
  private final Session session;
  private final Semaphore places;
  private final Map<RingSocket, Thread> active = new ConcurrentHashMap<>();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean closed;

  private SocketServer(Xsc xsc, RingServerSocket listening, int connections, Session session) {
    this.xsc = xsc;
    this.listening = listening;
    this.session = session;
    this.places = new Semaphore(connections);
  }

  /**
   * Listens.
   *
   * @param address port 0 for any
   * @param connections that may be open at a time; others are refused
   */
  public static SocketServer start(Xsc xsc, SocketAddress address, int connections, Session session)
      throws IOException {
    SocketServer server = new SocketServer(xsc, xsc.listen(address), connections, session);
    server.accept();
    return server;
  }

  /** The address that it listens on. */
  public InetSocketAddress address() throws IOException {
    return (InetSocketAddress) listening.localAddress();
  }

  /** Connections served so far, open ones included. */
  public long accepted() {
    return accepted.sum();
  }

  /** Connections turned down. */
  public long refused() {
    return refused.sum();
  }

  /** Connections that ended with an error. */
  public long failed() {
    return failed.sum();
  }

  /** Completes when this is closed; fails if no more connections can be accepted. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // acceptingEnded is told of every end
  private void accept() {
    listening.acceptEach(this::begin).whenComplete((_, failure) -> acceptingEnded(failure));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the server's life goes on in it
  private void acceptingEnded(Throwable failure) {
    if (closed) {
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RingFailure known && PASSING.contains(known.errno())) {
      LOG.log(Level.WARNING, "cannot accept for now: {0}", cause.getMessage());
      xsc.timer(PAUSE).thenRun(this::accept);
    } else {
      ended.completeExceptionally(cause);
    }
  }

  private void begin(RingSocket socket) {
    boolean admitted = places.tryAcquire();
    Thread thread = Thread.ofVirtual().unstarted(() -> run(socket, admitted));
    active.put(socket, thread);
    thread.start();
  }

  private void run(RingSocket socket, boolean admitted) {
    (admitted ? accepted : refused).increment();
    try (socket) {
      // Closing looks at the map after setting the flag: one of the two sees the other.
      if (closed) {
        return;
      }
      if (admitted) {
        session.serve(socket);
      } else {
        session.refuse(socket);
      }
    } catch (IOException e) {
      if (!closed) {
        failed.increment();
        LOG.log(Level.DEBUG, "connection failed", e);
      }
    } catch (RuntimeException e) {
      failed.increment();
      LOG.log(Level.ERROR, "defect while serving a connection", e);
    } finally {
      active.remove(socket);
      if (admitted) {
        places.release();
      }
    }
  }

  /** Accepts no more, lets every session finish what it is at, for a while, and ends the rest. */
  @Override
  public void close() throws IOException {
    closed = true;
    listening.close();
    // Those that a callback has yet to hand over see the flag themselves.
    active.keySet().forEach(SocketServer::endInput);
    boolean interrupted = join(System.nanoTime() + GRACE.toNanos());
    active.keySet().forEach(SocketServer::beginClose);
    interrupted |= join(Long.MAX_VALUE);
    ended.complete(null);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the sessions; an interrupt ends the wait if it has a deadline. */
  private boolean join(long deadline) {
    boolean interrupted = false;
    for (Thread thread : active.values()) {
      while (thread.isAlive()) {
        try {
          if (deadline == Long.MAX_VALUE) {
            thread.join();
          } else if (!thread.join(Duration.ofNanos(deadline - System.nanoTime()))) {
            return interrupted;
          }
        } catch (InterruptedException e) {
          interrupted = true;
          if (deadline != Long.MAX_VALUE) {
            return true;
          }
        }
      }
    }
    return interrupted;
  }

  /** To the session it looks as if the client had nothing more to say. */
  private static void endInput(RingSocket socket) {
    try {
      socket.shutdownInput();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "connection has ended by itself", e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the thread that serves it waits for the end
  private static void beginClose(RingSocket socket) {
    socket.closeAsync();
  }
}
