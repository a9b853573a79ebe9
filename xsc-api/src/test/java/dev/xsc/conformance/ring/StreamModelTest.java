// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.conformance.ring.Results.assertSuccess;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.KernelUnderTest;
import dev.xsc.conformance.PropertyConformance;
import dev.xsc.conformance.World;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.spi.SystemCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Two connected sockets behave as two queues of bytes, each of which can be ended. */
@AddLifecycleHook(PropertyConformance.class)
class StreamModelTest {
  /** Less than any socket holds, so that no send has to wait. */
  private static final int MOST_QUEUED = 16_000;

  /** One operation of one end. */
  record Step(boolean ofFirst, Kind kind, int length) {}

  enum Kind {
    SEND,
    RECEIVE,
    RECEIVE_ALL,
    PEEK,
    RECEIVE_BEFORE_SEND,
    SHUT_DOWN
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequencyOf(
            Tuple.of(
                20,
                Arbitraries.of(
                    Kind.SEND,
                    Kind.SEND,
                    Kind.RECEIVE,
                    Kind.RECEIVE_ALL,
                    Kind.PEEK,
                    Kind.RECEIVE_BEFORE_SEND)),
            Tuple.of(1, Arbitraries.just(Kind.SHUT_DOWN)));
    return Combinators.combine(
            Arbitraries.of(true, false), kinds, Arbitraries.integers().between(1, 4000))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 40)
  void tcpConnectionsAreTwoQueues(@ForAll("steps") List<Step> steps, @ForAll long seed) {
    run(Sockets.loopback(0), steps, seed);
  }

  @Property(tries = 40)
  void localConnectionsAreTwoQueues(@ForAll("steps") List<Step> steps, @ForAll long seed)
      throws IOException {
    Path folder = World.get().newFolder();
    try {
      run(UnixDomainSocketAddress.of(folder.resolve("s").toString()), steps, seed);
    } finally {
      Files.deleteIfExists(folder.resolve("s"));
      Files.delete(folder);
    }
  }

  private static void run(SocketAddress address, List<Step> steps, long seed) {
    try (RingTester ring = RingTester.open(KernelUnderTest.get().options().entries(8).build());
        Arena arena = Arena.ofShared()) {
      Run run = new Run(ring, arena, address, new Random(seed));
      try {
        steps.forEach(run::step);
        run.drain();
      } finally {
        run.close();
      }
    }
  }

  /** Both ends and their model. */
  private static final class Run {
    private final RingTester ring;
    private final Arena arena;
    private final Random random;
    private final SystemCalls calls;
    private final End first;
    private final End second;

    /** One end, and what the other end has sent to it. */
    private static final class End {
      final int fd;
      final Deque<Byte> queued = new ArrayDeque<>();
      boolean ended;

      End(int fd) {
        this.fd = fd;
      }
    }

    Run(RingTester ring, Arena arena, SocketAddress address, Random random) {
      this.ring = ring;
      this.arena = arena;
      this.random = random;
      calls = ring.ring().calls();
      int family = SockAddr.family(address);
      MemorySegment memory = arena.allocate(SockAddr.MAX_SIZE, 8);
      MemorySegment bound = memory.asSlice(0, SockAddr.write(address, family, memory));
      int listener = socket(family);
      assertResult(0, ring.run(sqe -> sqe.bind(listener, bound)));
      assertResult(0, ring.run(sqe -> sqe.listen(listener, 1)));
      MemorySegment target = arena.allocate(SockAddr.MAX_SIZE, 8);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, SockAddr.MAX_SIZE);
      assertResult(0, calls.getsockname(listener, target, length));
      MemorySegment connectTo = target.asSlice(0, length.get(ValueLayout.JAVA_INT, 0));
      int client = socket(family);
      assertResult(0, ring.run(sqe -> sqe.connect(client, connectTo)));
      first = new End(client);
      second = new End(assertSuccess(ring.run(sqe -> sqe.accept(listener, Posix.SOCK_CLOEXEC))));
      calls.close(listener);
    }

    private int socket(int family) {
      int type = Posix.SOCK_STREAM | Posix.SOCK_CLOEXEC;
      return assertSuccess(ring.run(sqe -> sqe.socket(family, type, 0)));
    }

    void step(Step step) {
      End end = step.ofFirst() ? first : second;
      End peer = step.ofFirst() ? second : first;
      switch (step.kind()) {
        case SEND -> send(peer, end, step.length());
        case RECEIVE -> receive(end, step.length(), 0);
        case RECEIVE_ALL -> receiveAll(end, step.length());
        case PEEK -> receive(end, step.length(), Posix.MSG_PEEK);
        case RECEIVE_BEFORE_SEND -> receiveBeforeSend(end, peer, step.length());
        case SHUT_DOWN -> {
          if (peer.ended) {
            // A second time it depends on how far the connection's own closing has come.
            return;
          }
          assertResult(0, ring.run(sqe -> sqe.shutdown(end.fd, Posix.SHUT_WR)));
          peer.ended = true;
        }
      }
    }

    private void send(End to, End from, int length) {
      if (to.queued.size() + length > MOST_QUEUED) {
        return;
      }
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      int result = ring.run(sqe -> sqe.send(from.fd, memory, Posix.MSG_NOSIGNAL));
      if (to.ended) {
        assertError(Errno.EPIPE, result);
        return;
      }
      assertResult(length, result);
      for (byte b : bytes) {
        to.queued.add(b);
      }
    }

    private void receive(End end, int length, int flags) {
      if (end.queued.isEmpty() && !end.ended) {
        MemorySegment memory = arena.allocate(length);
        assertError(
            Errno.EAGAIN, ring.run(sqe -> sqe.recv(end.fd, memory, flags | Posix.MSG_DONTWAIT)));
        return;
      }
      MemorySegment memory = arena.allocate(length);
      int result = ring.run(sqe -> sqe.recv(end.fd, memory, flags));
      if (end.queued.isEmpty()) {
        assertResult(0, result);
        return;
      }
      // A stream may be delivered in parts, but never as nothing.
      assertTrue(
          result > 0 && result <= Math.min(length, end.queued.size()), () -> Results.name(result));
      take(end, memory, result, flags == 0);
    }

    private void receiveAll(End end, int length) {
      int wanted = Math.min(length, end.queued.size());
      if (wanted == 0) {
        return;
      }
      MemorySegment memory = arena.allocate(wanted);
      assertResult(wanted, ring.run(sqe -> sqe.recv(end.fd, memory, Posix.MSG_WAITALL)));
      take(end, memory, wanted, true);
    }

    private void receiveBeforeSend(End end, End peer, int length) {
      if (end.ended || !end.queued.isEmpty()) {
        return;
      }
      MemorySegment memory = arena.allocate(length);
      long receive = ring.submit(sqe -> sqe.recv(end.fd, memory, Posix.MSG_WAITALL));
      send(end, peer, length);
      assertResult(length, ring.result(receive));
      take(end, memory, length, true);
    }

    private static void take(End end, MemorySegment memory, int count, boolean remove) {
      byte[] expected = new byte[count];
      int i = 0;
      for (byte b : end.queued) {
        if (i == count) {
          break;
        }
        expected[i++] = b;
      }
      assertArrayEquals(expected, memory.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
      for (i = 0; remove && i < count; i++) {
        end.queued.remove();
      }
    }

    /** What is left arrives as well, and then nothing. */
    void drain() {
      for (End end : List.of(first, second)) {
        receiveAll(end, MOST_QUEUED);
        receive(end, 1, 0);
      }
    }

    void close() {
      calls.close(first.fd);
      calls.close(second.fd);
    }
  }
}
