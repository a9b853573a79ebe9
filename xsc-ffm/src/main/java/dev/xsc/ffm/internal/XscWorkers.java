// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static dev.xsc.ffm.internal.XscDeviceAbi.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.Environment;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that a ring's owner lends to the driver: they take submissions and carry them out, so
 * that the owner makes no system call. Daemon threads of this process, asleep in the driver when
 * nothing has come for a while; one ring's, until {@link #stop}.
 */
final class XscWorkers {
  private static final Logger LOG = System.getLogger("dev.xsc");
  private static final AtomicInteger RINGS = new AtomicInteger();
  private static final int MICROS_PER_MILLI = 1000;

  private final int fd;
  private final int idleMicros;
  private final List<Thread> threads = new ArrayList<>();

  private XscWorkers(int fd, int idleMicros) {
    this.fd = fd;
    this.idleMicros = idleMicros;
  }

  /** Lends as many threads as the options say, none for a ring that is not polled. */
  static XscWorkers start(int fd, RingOptions options, boolean polls) {
    XscWorkers workers = new XscWorkers(fd, options.pollingIdleMillis() * MICROS_PER_MILLI);
    if (polls) {
      Environment environment = options.environment();
      String name = "xsc-worker-" + RINGS.incrementAndGet() + "-";
      for (int i = 0; i < options.pollingThreads(); i++) {
        workers.threads.add(environment.startLoop(name + i, workers::serve));
      }
    }
    return workers;
  }

  private void serve() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(Worker.SIZE, 8);
      argument.set(JAVA_INT, Worker.CPU, -1);
      argument.set(JAVA_INT, Worker.IDLE_US, idleMicros);
      int result;
      do {
        result = Libc.ioctl(fd, IOC_WORKER, argument.address());
        // 0 and EINTR: the thread had something else to do for a moment.
      } while (result == 0 || result == -Errno.EINTR);
      if (result != -Errno.ESHUTDOWN) {
        // The ring goes on without: the driver then asks its owner to enter.
        LOG.log(
            Level.WARNING,
            "{0} ended with {1}: the ring is entered for each batch from now on",
            Thread.currentThread().getName(),
            Errno.name(result));
      }
    }
  }

  /** Sends them home and waits until they have left the driver. Any thread, once. */
  void stop() {
    if (threads.isEmpty()) {
      return;
    }
    Libc.ioctl(fd, IOC_STOP_WORKERS, 0);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
