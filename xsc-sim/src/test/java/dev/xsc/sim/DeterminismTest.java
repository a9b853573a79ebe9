// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.sim.Fault.Group;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The same seed and code give the same trace, byte for byte, whatever else the machine does. */
@SuppressWarnings("ThreadPriorityCheck") // the scheduler is what is tested
class DeterminismTest {
  private static final int SEEDS = 12;
  private static final int MESSAGES = 20;

  @Test
  void freshProcessesUnderLoadWriteTheSameTraces() throws Exception {
    List<Process> all = new ArrayList<>();
    for (int load : new int[] {0, 2, 6}) {
      all.add(start(load));
    }
    Set<String> outputs = new HashSet<>();
    for (Process process : all) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), output);
      outputs.add(output);
    }
    assertEquals(1, outputs.size(), outputs::toString);
    String one = outputs.iterator().next();
    assertEquals(SEEDS, one.lines().count(), one);
    assertEquals(SEEDS, one.lines().map(line -> line.split(" ", -1)[1]).distinct().count(), one);
  }

  private static Process start(int load) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-ea",
            "-cp",
            System.getProperty("java.class.path"),
            DeterminismTest.class.getName(),
            Integer.toString(load))
        .redirectErrorStream(true)
        .start();
  }

  /** Prints a line with the hash of its trace for each seed, while some threads do their worst. */
  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      Thread.ofPlatform().daemon().start(DeterminismTest::burn);
    }
    for (int seed = 0; seed < SEEDS; seed++) {
      String trace = trace(seed);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(trace.getBytes(StandardCharsets.UTF_8));
      System.out.println(seed + " " + HexFormat.of().formatHex(hash) + " " + trace.length());
    }
  }

  private static void burn() {
    long[] garbage = new long[0];
    while (garbage.length != 1) {
      garbage = new long[1 << 10];
    }
  }

  private static String trace(int seed) throws Exception {
    FaultPlan plan =
        FaultPlan.swarm(seed, Set.of(Group.THREADS, Group.RING, Group.DISK, Group.CRASH));
    try (Simulation simulation =
        Simulation.open(SimulationOptions.DEFAULT.seed(seed).faults(plan).traced())) {
      simulation.run(Scenario::writers);
      String failure = "";
      try {
        simulation.run(Scenario::log);
      } catch (IOException | AssertionError e) {
        failure = e.toString();
      }
      simulation.run(DeterminismTest::talk);
      return simulation.trace().text() + failure;
    }
  }

  /** Two hosts send each other numbers; monitors are contended meanwhile. */
  private static void talk(Simulation simulation) throws Exception {
    simulation.calm();
    SimHost server = simulation.host("server");
    SimHost client = simulation.host("client");
    CompletableFuture<Boolean> listening = new CompletableFuture<>();
    Object lock = new Object();
    CompletableFuture<Integer> served =
        server.start(
            "server",
            () -> {
              try (Xsc xsc = Xsc.open(server.xsc().build());
                  IoArena arena = xsc.openArena();
                  RingServerSocket listener =
                      xsc.listen(new InetSocketAddress(server.address(), 7))) {
                listening.complete(true);
                try (RingSocket peer = listener.accept()) {
                  IoBuffer buffer = arena.allocate(Long.BYTES);
                  int sum = 0;
                  for (int i = 0; i < MESSAGES; i++) {
                    peer.readFully(buffer);
                    sum += (int) buffer.getLong(0);
                    synchronized (lock) {
                      Thread.yield();
                    }
                  }
                  return sum;
                }
              }
            });
    listening.join();
    client.run(_ -> {
      try (Xsc xsc = Xsc.open(client.xsc().build());
          IoArena arena = xsc.openArena();
          RingSocket socket = xsc.connect(new InetSocketAddress(server.address(), 7))) {
        IoBuffer buffer = arena.allocate(Long.BYTES);
        for (int i = 0; i < MESSAGES; i++) {
          synchronized (lock) {
            Thread.yield();
          }
          socket.writeFully(buffer.putLong(0, i));
        }
      }
    });
    assertTrue(served.join() == MESSAGES * (MESSAGES - 1) / 2);
  }
}
