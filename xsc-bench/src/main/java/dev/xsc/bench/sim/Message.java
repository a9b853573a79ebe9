// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.sim;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.SimTest;
import dev.xsc.sim.Simulation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * A client that receives messages of a fixed size from another host: a stream has no messages, so
 * one read may bring less. One run's; each simulation has an instance of its own.
 */
public final class Message {
  private static final int PORT = 7;
  private static final int SIZE = 1024;
  private static final int MESSAGES = 8;

  private final CompletableFuture<SocketAddress> listening = new CompletableFuture<>();

  /** The bug: one read is taken for one message. */
  @SimTest(seeds = 1000, faults = "NET_SHORT_RECEIVE=0.01")
  public void oneRead(Simulation simulation) throws Exception {
    exchange(simulation, false);
  }

  /** The same without the bug. */
  @SimTest(seeds = 1000, faults = "NET_SHORT_RECEIVE=0.01")
  public void fixed(Simulation simulation) throws Exception {
    exchange(simulation, true);
  }

  private void exchange(Simulation simulation, boolean fully) throws Exception {
    SimHost server = simulation.host("server");
    SimHost client = simulation.host("client");
    CompletableFuture<Boolean> served = server.start("server", () -> serve(server));
    client.run(_ -> receive(client, fully));
    served.join();
  }

  private boolean serve(SimHost host) throws IOException {
    try (Xsc xsc = Xsc.open(host.xsc().build());
        RingServerSocket door = xsc.listen(new InetSocketAddress(host.address(), PORT))) {
      listening.complete(door.localAddress());
      try (RingSocket client = door.accept();
          IoArena arena = xsc.openArena()) {
        IoBuffer message = arena.allocate(SIZE);
        for (int i = 0; i < MESSAGES; i++) {
          message.putLong(0, i).putLong(SIZE - Long.BYTES, i);
          client.writeFully(message);
          // Asked for one by one, so that a read never brings two.
          client.readFully(message.slice(0, 1));
        }
      }
    }
    return true;
  }

  private void receive(SimHost host, boolean fully) throws IOException {
    try (Xsc xsc = Xsc.open(host.xsc().build());
        RingSocket server = xsc.connect(listening.join());
        IoArena arena = xsc.openArena()) {
      IoBuffer message = arena.allocate(SIZE);
      for (int i = 0; i < MESSAGES; i++) {
        if (fully) {
          server.readFully(message);
        } else {
          server.read(message);
        }
        if (message.getLong(SIZE - Long.BYTES) != i) {
          throw new AssertionError("message " + i + " is not complete");
        }
        server.writeFully(message.slice(0, 1));
      }
    }
  }
}
