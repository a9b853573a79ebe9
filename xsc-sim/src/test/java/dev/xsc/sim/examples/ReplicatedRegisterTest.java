// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.RingDatagramSocket;
import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.ring.KernelKind;
import dev.xsc.sim.Fault.Group;
import dev.xsc.sim.Search;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.Simulation;
import dev.xsc.sim.examples.ReplicatedRegister.Version;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A register that goes back in time, while hosts cannot reach each other. */
class ReplicatedRegisterTest {
  private static final int REPLICAS = 3;

  /** A kind of client. */
  @FunctionalInterface
  private interface Opening {
    ReplicatedRegister open(Xsc xsc, InetSocketAddress local, List<InetSocketAddress> replicas)
        throws IOException;
  }

  /** A replica, until its socket is closed. */
  private static boolean serve(Xsc xsc, RingDatagramSocket socket) {
    try {
      ReplicatedRegister.serve(xsc, socket);
    } catch (ClosedChannelException _) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return false;
  }

  /** What any test would do: two clients, one writes, the other reads. */
  private static void writeAndRead(Opening kind) throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Xsc xsc = Xsc.open(XscOptions.builder().kernel(KernelKind.SIMULATOR).build())) {
      List<InetSocketAddress> replicas = new ArrayList<>();
      for (int i = 0; i < REPLICAS; i++) {
        RingDatagramSocket socket = xsc.bindDatagram(any);
        replicas.add((InetSocketAddress) socket.localAddress());
        Thread.startVirtualThread(() -> serve(xsc, socket));
      }
      try (ReplicatedRegister writer = kind.open(xsc, any, replicas);
          ReplicatedRegister reader = kind.open(xsc, any, replicas)) {
        for (int i = 1; i <= 20; i++) {
          writer.write(new Version(i, 10L * i));
          assertEquals(new Version(i, 10L * i), reader.read());
        }
      }
    }
  }

  @Test
  void anOrdinaryTestPassesOnTheFixedRegister() throws Exception {
    writeAndRead(ReplicatedRegister::new);
  }

  @Test
  void anOrdinaryTestMissesTheBug() throws Exception {
    writeAndRead(ReplicatedRegister.Hasty::new);
  }

  /** The newest version that any finished call has known. */
  private static final class History {
    long newest;
  }

  /** A writer and two readers, each beside a replica, while links between the three fail. */
  private static void clientsAndPartitions(Simulation simulation, Opening kind) throws Exception {
    List<SimHost> hosts = new ArrayList<>();
    List<InetSocketAddress> replicas = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      SimHost host = simulation.host("host-" + i);
      hosts.add(host);
      replicas.add(new InetSocketAddress(host.address(), 7));
    }
    History history = new History();
    List<CompletableFuture<?>> clients = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      SimHost host = hosts.get(i);
      InetSocketAddress address = replicas.get(i);
      boolean writes = i == 0;
      CompletableFuture<Boolean> ready = new CompletableFuture<>();
      clients.add(
          host.start(
              host.name(),
              () -> {
                Xsc xsc = Xsc.open(host.xsc().build());
                RingDatagramSocket socket = xsc.bindDatagram(address);
                Thread.startVirtualThread(() -> serve(xsc, socket));
                ready.complete(true);
                InetSocketAddress local = new InetSocketAddress(host.address(), 8);
                try (ReplicatedRegister register = kind.open(xsc, local, replicas)) {
                  return writes
                      ? write(simulation, register, history)
                      : read(simulation, register, history);
                }
              }));
      ready.join();
    }
    for (int i = 0; i < 5; i++) {
      int one = simulation.choose(REPLICAS);
      int other = (one + 1 + simulation.choose(REPLICAS - 1)) % REPLICAS;
      simulation.cut(hosts.get(one), hosts.get(other));
      simulation.sleep(Duration.ofMillis(1 + simulation.choose(50)));
      simulation.heal();
      simulation.sleep(Duration.ofMillis(1 + simulation.choose(20)));
    }
    clients.forEach(CompletableFuture::join);
  }

  private static boolean write(Simulation simulation, ReplicatedRegister register, History history)
      throws IOException {
    for (int i = 1; i <= 5; i++) {
      register.write(new Version(i, 10L * i));
      history.newest = Math.max(history.newest, i);
      simulation.sleep(Duration.ofMillis(1 + simulation.choose(20)));
    }
    return true;
  }

  private static boolean read(Simulation simulation, ReplicatedRegister register, History history)
      throws IOException {
    for (int i = 0; i < 10; i++) {
      long known = history.newest;
      Version read = register.read();
      if (read.version() < known) {
        throw new AssertionError("went back from " + known + " to " + read);
      }
      history.newest = Math.max(history.newest, read.version());
      simulation.sleep(Duration.ofMillis(1 + simulation.choose(10)));
    }
    return true;
  }

  private static Search search(Opening kind) {
    return Search.of(simulation -> clientsAndPartitions(simulation, kind))
        .swarm(Group.THREADS, Group.NETWORK);
  }

  @Test
  void theSimulatorFindsTheBugWithin300Seeds() {
    Found.by(search(ReplicatedRegister.Hasty::new).seeds(0, 300), "went back from");
  }

  @Test
  void theFixedRegisterNeverGoesBackIn1000Seeds() {
    assertEquals(1000, search(ReplicatedRegister::new).seeds(0, 1000).run());
  }
}
