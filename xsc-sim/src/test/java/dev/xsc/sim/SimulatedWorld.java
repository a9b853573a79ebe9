// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.conformance.World;
import dev.xsc.spi.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Has the conformance suite run inside simulations: one for each test, in which all of the test
 * runs on one thread. Used by JUnit's thread, one test after the other.
 */
public final class SimulatedWorld implements World {
  private static @Nullable Present present;

  /** The simulation of the test that runs now. */
  private static final class Present {
    final Simulation simulation =
        Simulation.open(SimulationOptions.DEFAULT.seed(SEED).withOutsiders());
    final SimHost host = simulation.host("machine");
    final BlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(1);
    final Path root = new SimFileSystem(host).getPath("/");
    int folders;
    boolean started;
  }

  private static final long SEED = Long.getLong("xsc.test.seed", 1);

  /** For the suite. */
  public SimulatedWorld() {}

  /** Whether the suite is to run inside simulations. */
  static boolean wanted() {
    return SimulatedWorld.class.getName().equals(System.getProperty(PROPERTY));
  }

  private static Present present() {
    Present known = present;
    if (known == null) {
      known = new Present();
      present = known;
    }
    return known;
  }

  @Override
  public Environment environment() {
    return present().host.environment();
  }

  @Override
  public Thread.Builder threads() {
    // Run by the scheduler of the thread that starts them, as all that it starts.
    return Thread.ofVirtual();
  }

  @Override
  public boolean madeUp() {
    return true;
  }

  @Override
  public Path newFolder() throws IOException {
    Present now = present();
    return Files.createDirectory(now.root.resolve("folder-" + now.folders++));
  }

  /** Runs something on the thread of the simulation that stands for the test's. */
  static <T extends @Nullable Object> T inside(Callable<T> body) throws Throwable {
    Present now = present();
    CompletableFuture<T> result = new CompletableFuture<>();
    now.tasks.add(() -> {
      try {
        result.complete(body.call());
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    });
    if (!now.started) {
      now.started = true;
      now.simulation.startThread("test", now.host.node(), () -> serve(now.tasks));
    }
    now.simulation
        .universe()
        .drive(() -> result.isDone() || now.simulation.world().failure() != null);
    Throwable failure = now.simulation.world().failure();
    if (failure != null) {
      throw failure;
    }
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  private static void serve(BlockingQueue<Runnable> tasks) {
    while (true) {
      try {
        tasks.take().run();
      } catch (InterruptedException _) {
        // Left over from the test.
      }
    }
  }

  /** The test has ended: so has its world. */
  static void end() {
    present = null;
  }
}
