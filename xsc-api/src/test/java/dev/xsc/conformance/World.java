// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.xsc.spi.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the kernel under test lives in: the machine itself, or a world that somebody has made up, as
 * the system property {@value #PROPERTY} says with the name of a class.
 */
public interface World {
  /** Name of a class that implements this and has a constructor without parameters. */
  String PROPERTY = "xsc.test.world";

  /** The one of this run. */
  static World get() {
    return Holder.INSTANCE;
  }

  /** Clock and threads for rings and runtimes. */
  Environment environment();

  /** Makes threads that run beside the test. */
  Thread.Builder threads();

  /** Whether it is made up: then there are no devices, and nobody outside to talk to. */
  boolean madeUp();

  /** {@link Environment#nanoTime()} of this run's world. */
  static long nanoTime() {
    return get().environment().nanoTime();
  }

  /** Makes a thread that runs beside the test. */
  static Thread.Builder thread() {
    return get().threads();
  }

  /** Waits in the time of this run's world. */
  static void sleep(Duration time) {
    Environment environment = get().environment();
    long end = environment.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - environment.nanoTime()) {
      environment.parkNanos(World.class, left);
    }
  }

  /** Lets other threads run, in a loop that waits for what they do. */
  @SuppressWarnings("ThreadPriorityCheck") // made-up threads run only when others let them
  static void spin() {
    if (get().madeUp()) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
  }

  /** Skips the test in a world that is made up. */
  static void requireReal(String what) {
    assumeFalse(get().madeUp(), () -> "not in a simulated world: " + what);
  }

  /** A new empty folder on the disk that the kernel works on. */
  Path newFolder() throws IOException;

  /** Has the instance made on first use. */
  final class Holder {
    private static final World INSTANCE = make();

    private Holder() {}

    private static World make() {
      String name = System.getProperty(PROPERTY, "");
      if (name.isBlank()) {
        return new RealWorld();
      }
      try {
        return Class.forName(name).asSubclass(World.class).getDeclaredConstructor().newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(PROPERTY + "=" + name + " cannot be made", e);
      }
    }
  }

  /** The machine that runs the tests. */
  final class RealWorld implements World {
    private RealWorld() {}

    @Override
    public Environment environment() {
      return Environment.system();
    }

    @Override
    public Thread.Builder threads() {
      return Thread.ofPlatform();
    }

    @Override
    public boolean madeUp() {
      return false;
    }

    @Override
    public Path newFolder() throws IOException {
      return Files.createTempDirectory("xsc-conformance");
    }
  }
}
