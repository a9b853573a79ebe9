// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.XscOptions;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.RingOptions;
import dev.xsc.sim.internal.Machine;
import dev.xsc.sim.internal.det.Node;
import dev.xsc.sim.internal.disk.SimDisk;
import dev.xsc.sim.internal.net.NetHost;
import dev.xsc.spi.Environment;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A computer of a {@link Simulation}, with a disk, a network, and rings. Any thread of the
 * simulation.
 */
public final class SimHost {
  private final Simulation simulation;
  private final Node node;
  private final NetHost attached;
  private final Map<Integer, CompletableFuture<?>> running = new LinkedHashMap<>();
  private int begun;
  private SimDisk disk;
  private int powerCuts;

  SimHost(Simulation simulation, String name, SimDisk disk, NetHost attached) {
    this.simulation = simulation;
    this.disk = disk;
    this.attached = attached;
    node = new Node(simulation.world(), name, machine());
  }

  private Machine machine() {
    return new Machine(disk, attached);
  }

  /** Its name. */
  public String name() {
    return node.name();
  }

  /** Its address, by which other hosts reach it. */
  public InetAddress address() {
    return attached.addresses().getFirst();
  }

  // ---- using it

  /** Clock, threads and timed waits of this host. */
  public Environment environment() {
    return node.environment();
  }

  /** Options for {@link dev.xsc.ring.Ring#open} on this host, to be changed further. */
  public RingOptions.Builder ring() {
    return RingOptions.builder().kernel(KernelKind.SIMULATOR).environment(node.environment());
  }

  /** Options for {@link dev.xsc.Xsc#open} on this host: one event loop; to be changed further. */
  public XscOptions.Builder xsc() {
    return XscOptions.builder().ring(ring().build()).eventLoops(1);
  }

  /**
   * Starts a thread on this host. Threads that it starts belong to the host, too. The future fails
   * with a {@link PowerCut} when the host loses power first.
   */
  public <T> CompletableFuture<T> start(String name, Callable<T> body) {
    CompletableFuture<T> result = new CompletableFuture<>();
    int number = begun++;
    running.put(number, result);
    simulation.startThread(
        name,
        node,
        () -> {
          try {
            T value = body.call();
            running.remove(number);
            result.complete(value);
          } catch (Throwable e) {
            running.remove(number);
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /**
   * Runs something on this host and waits for it.
   *
   * @throws PowerCut if the host loses power meanwhile
   */
  public <T> T call(Callable<T> body) throws Exception {
    try {
      return start(name() + "-call", body).join();
    } catch (CompletionException e) {
      throw Simulation.rethrow(e.getCause());
    }
  }

  /** {@link #call} of something without a value. */
  public void run(Simulation.Body body) throws Exception {
    call(() -> {
      body.run(simulation);
      return true;
    });
  }

  // ---- power

  /**
   * Cuts the power and restores it at once: all threads of the host end where they are, rings and
   * connections are gone, and the disk has what had become durable, and perhaps some of the rest,
   * as the fault plan decides. A thread of the host that calls this does not return.
   */
  public void powerCut() {
    powerCuts++;
    simulation.note(name(), "power cut " + powerCuts);
    disk.powerCut();
    disk = disk.recover();
    attached.crash();
    List<CompletableFuture<?>> interrupted = List.copyOf(running.values());
    running.clear();
    boolean self = simulation.runsOn(node);
    node.powerOff(machine());
    attached.restart(disk);
    for (CompletableFuture<?> each : interrupted) {
      each.completeExceptionally(new PowerCut(name()));
    }
    if (self) {
      simulation.stopCaller();
    }
  }

  /** How often it has lost power. */
  public int powerCuts() {
    return powerCuts;
  }

  /** The host that something ran on has lost power. */
  public static final class PowerCut extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PowerCut(String host) {
      super(host + " has lost power");
    }
  }

  NetHost attached() {
    return attached;
  }

  Node node() {
    return node;
  }

  SimDisk disk() {
    return disk;
  }

  void discard() {
    node.powerOff(machine());
    disk.discard();
  }

  @Override
  public String toString() {
    return name();
  }
}
