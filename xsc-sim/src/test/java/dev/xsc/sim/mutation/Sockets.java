// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.mutation;

import static dev.xsc.sim.mutation.Workload.again;
import static dev.xsc.sim.mutation.Workload.check;
import static dev.xsc.sim.mutation.Workload.pattern;

import dev.xsc.CancelOutcome;
import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.ReceivedBuffer;
import dev.xsc.Receiver;
import dev.xsc.RingFile;
import dev.xsc.RingFuture;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.Simulation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The parts of the workload that talk to themselves. */
final class Sockets {
  private static final int LENGTH = 3000;

  private final Simulation simulation;
  private final SimHost host;
  private final Xsc xsc;
  private int ports = 10;

  Sockets(Simulation simulation, SimHost host, Xsc xsc) {
    this.simulation = simulation;
    this.host = host;
    this.xsc = xsc;
  }

  /** Two connected sockets, of which a fault may have left none. */
  @FunctionalInterface
  private interface Pair {
    void use(RingSocket one, RingSocket other) throws IOException;
  }

  private void withPair(Pair pair) {
    InetSocketAddress address = new InetSocketAddress(host.address(), ports++);
    try (RingServerSocket listener = xsc.listen(address)) {
      listener.acceptTimeout(Duration.ofSeconds(5));
      RingFuture<RingSocket> accepted = listener.acceptAsync();
      try (RingSocket one = xsc.connect(address, Duration.ofSeconds(5));
          RingSocket other = accepted.await()) {
        one.readTimeout(Duration.ofSeconds(10)).writeTimeout(Duration.ofSeconds(10));
        other.readTimeout(Duration.ofSeconds(10)).writeTimeout(Duration.ofSeconds(10));
        pair.use(one, other);
      }
    } catch (IOException e) {
      simulation.note("pair", e.toString());
    }
  }

  /** Sends there and back, with time limits that may strike. */
  void echo() {
    for (int i = 0; i < 3; i++) {
      int round = i;
      withPair((one, other) -> {
        one.readTimeout(Duration.ofNanos(100_000 + simulation.choose(2_000_000)));
        try (IoArena arena = xsc.openArena()) {
          IoBuffer out = arena.allocate(LENGTH).putBytes(0, pattern(LENGTH, round));
          IoBuffer back = arena.allocate(LENGTH);
          IoBuffer in = arena.allocate(LENGTH);
          RingFuture<Integer> reading = other.readFullyAsync(back);
          RingFuture<Integer> writing = one.writeFullyAsync(out);
          try {
            reading.await();
            writing.await();
            other.writeFully(back);
            one.readFully(in);
            check(
                Arrays.equals(pattern(LENGTH, round), in.getBytes(0, LENGTH)),
                "the echo is not what was sent");
          } finally {
            one.close();
            other.close();
            ended(reading);
            ended(writing);
            in.fill((byte) 1);
            back.fill((byte) 2);
          }
        }
      });
    }
  }

  private static void ended(RingFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException | CancellationException _) {
      // Closed under it, or a fault.
    }
  }

  /** A read that nothing comes for: holds its memory, can be cancelled, ends when closed. */
  void readThatNeverEnds() {
    withPair((one, other) -> {
      one.readTimeout(Duration.ZERO);
      IoArena arena = xsc.openArena();
      IoBuffer buffer = arena.allocate(64);
      RingFuture<Integer> pending = one.readAsync(buffer);
      simulation.sleep(Duration.ofNanos(simulation.choose(500_000)));
      if (!pending.isDone()) {
        boolean refused = false;
        try {
          arena.close();
        } catch (IllegalStateException _) {
          refused = true;
        }
        check(refused || pending.isDone(), "an arena with a buffer in flight was closed");
      }
      CancelOutcome outcome = pending.cancelOperation().join();
      check(!buffer.isInFlight(), "after a cancel with outcome " + outcome + " it is in flight");
      buffer.fill((byte) 3);
      RingFuture<Integer> next = one.readAsync(buffer);
      RingFuture<Integer> second = one.readAsync(arena.allocate(64));
      simulation.sleep(Duration.ofNanos(simulation.choose(500_000)));
      one.close();
      try {
        next.join();
        check(false, "nothing was sent");
      } catch (CompletionException e) {
        check(
            e.getCause() instanceof AsynchronousCloseException
                || e.getCause() instanceof IOException,
            "closing has ended a read with " + e);
      }
      ended(second);
      for (int i = 0; i < 2; i++) {
        check(one.readAsync(buffer).isCompletedExceptionally(), "a closed socket was read from");
      }
      check(!buffer.isInFlight(), "after closing it is in flight");
      buffer.fill((byte) 4);
      arena.close();
    });
  }

  /** A file goes to a socket. */
  void sendFile(int number) {
    withPair((one, other) -> {
      try (IoArena arena = xsc.openArena();
          RingFile file =
              xsc.openFile(
                  Path.of("/sent-" + number),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE)) {
        int length = 20_000;
        IoBuffer content = arena.allocate(length).putBytes(0, pattern(length, number));
        if (!again(() -> file.writeFully(content, 0))) {
          return;
        }
        content.fill((byte) 0);
        RingFuture<Long> sending = file.transferToAsync(0, length, one);
        try {
          other.readFully(content);
          check(
              Arrays.equals(pattern(length, number), content.getBytes(0, length)),
              "what arrived is not what the file holds");
        } finally {
          one.close();
          other.close();
          ended(sending);
        }
      }
    });
  }

  /** Pieces arrive in a receiver's buffers, of which there are few. */
  void receive() {
    withPair((one, other) -> {
      byte[] expected = pattern(LENGTH, 9);
      try (IoArena arena = xsc.openArena();
          Receiver receiver = other.receiver(new Receiver.Options(100, 4))) {
        IoBuffer out = arena.allocate(LENGTH).putBytes(0, expected);
        RingFuture<Integer> writing = one.writeFullyAsync(out);
        // What a fault keeps from being sent must not be waited for.
        CompletableFuture<Void> end =
            writing.handle((_, failure) -> failure == null ? null : one.closeAsync().join());
        try {
          int at = 0;
          while (at < LENGTH) {
            ReceivedBuffer next = receiver.next();
            if (next == null && writing.isCompletedExceptionally()) {
              return;
            }
            check(next != null, "the stream has ended after " + at + " bytes");
            try (ReceivedBuffer piece = next) {
              int size = piece.size();
              byte[] bytes = piece.data().getBytes(0, size);
              check(
                  Arrays.equals(bytes, 0, size, expected, at, at + size),
                  "the piece at " + at + " is not what was sent");
              at += size;
            }
          }
        } finally {
          one.close();
          ended(writing);
          end.join();
        }
      }
    });
  }
}
