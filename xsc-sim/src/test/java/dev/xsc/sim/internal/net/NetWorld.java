// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.Buffers;
import dev.xsc.sim.internal.Errors;
import dev.xsc.sim.internal.SocketObject;
import dev.xsc.sim.internal.StreamFile;
import dev.xsc.sim.internal.det.Choices;
import dev.xsc.sim.internal.det.Faults;
import dev.xsc.sim.internal.det.SeededChoices;
import dev.xsc.sim.internal.det.Timeline;
import dev.xsc.sim.internal.det.Tracer;
import dev.xsc.sim.internal.disk.DiskOptions;
import dev.xsc.sim.internal.disk.PagePool;
import dev.xsc.sim.internal.disk.SimDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the tests of the network have in common: two hosts, and short calls on their sockets. */
final class NetWorld {
  static final long SECOND = 1_000_000_000L;

  final Choices choices;
  final Faults faults;
  final Timeline time;
  final SimNetwork network;
  final SimDisk disk;
  final NetHost one;
  final NetHost two;

  NetWorld(long seed, FaultPlan plan) {
    choices = new SeededChoices(seed);
    faults = new Faults(plan, choices);
    time = new Timeline(choices, 0);
    disk = new SimDisk(time, faults, DiskOptions.USUAL, new PagePool());
    network = new SimNetwork(time, faults, Tracer.NONE);
    one = network.addHost("one", disk, address(1));
    two = network.addHost("two", null, address(2));
  }

  NetWorld() {
    this(1, FaultPlan.NONE);
  }

  static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  static InetSocketAddress at(int host, int port) {
    return new InetSocketAddress(address(host), port);
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  SocketObject tcp(NetHost host) throws IOException {
    return host.socket(SockAddr.AF_INET, Posix.SOCK_STREAM, 0);
  }

  SocketObject udp(NetHost host, @Nullable SocketAddress bound) throws IOException {
    SocketObject socket = host.socket(SockAddr.AF_INET, Posix.SOCK_DGRAM, 0);
    if (bound != null) {
      socket.bind(bound);
    }
    return socket;
  }

  SocketObject listener(NetHost host, InetSocketAddress at, int backlog) throws IOException {
    SocketObject socket = tcp(host);
    socket.bind(at);
    socket.listen(backlog);
    return socket;
  }

  /** Both ends of a connection from host one to host two. */
  record Pair(SocketObject client, SocketObject server) {}

  Pair connection(int port) throws IOException {
    SocketObject listener = listener(two, at(2, port), 8);
    SocketObject client = tcp(one);
    int result = client.connect(at(2, port), false);
    until(() -> ready(client, Posix.POLLOUT));
    if (result != 0) {
      result = client.connect(at(2, port), true);
    }
    assertTrue(result == 0, "connect");
    until(() -> ready(listener, Posix.POLLIN));
    SocketObject server = assertNotNullAccepted(listener.accept());
    listener.close();
    return new Pair(client, server);
  }

  static SocketObject assertNotNullAccepted(@Nullable SocketObject accepted) {
    assertNotNull(accepted);
    return accepted;
  }

  static boolean ready(SocketObject socket, int events) {
    try {
      return (socket.poll(0, events) & (events | Posix.POLLERR | Posix.POLLHUP)) != 0;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Lets time pass until something holds. */
  void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      assertTrue(time.advance(), "nothing more happens");
    }
  }

  /** Lets so much time pass. */
  void pass(long nanos) {
    long end = time.now() + nanos;
    boolean[] over = {false};
    time.schedule(end, () -> over[0] = true);
    until(() -> over[0]);
  }

  static int send(StreamFile file, byte[] bytes) throws IOException {
    return file.write(Buffers.of(MemorySegment.ofArray(bytes)), 0);
  }

  static int sendTo(SocketObject socket, byte[] bytes, SocketAddress to) throws IOException {
    return socket.send(Buffers.of(MemorySegment.ofArray(bytes)), 0, to);
  }

  /** What is received; null for "not now". */
  static byte @Nullable [] receive(StreamFile file, int most) throws IOException {
    byte[] bytes = new byte[most];
    int n = file.read(Buffers.of(MemorySegment.ofArray(bytes)), 0);
    return n == -Errno.EAGAIN ? null : Arrays.copyOf(bytes, n);
  }

  /** A call that may fail. */
  interface Call {
    int run() throws IOException;
  }

  /** The result of a call, a negated errno if it fails. */
  static int result(Call call) {
    try {
      return call.run();
    } catch (IOException | RuntimeException e) {
      return -Errors.errno(e);
    }
  }
}
