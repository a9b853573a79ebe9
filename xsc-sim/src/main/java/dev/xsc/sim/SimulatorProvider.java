// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.ring.Availability;
import dev.xsc.ring.Errno;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.RingOptions;
import dev.xsc.sim.internal.Machine;
import dev.xsc.sim.internal.SimKernel;
import dev.xsc.sim.internal.det.SimEnvironment;
import dev.xsc.sim.internal.live.LiveDriver;
import dev.xsc.sim.internal.live.LiveMachine;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.KernelProvider;
import java.io.IOException;

/**
 * Opens rings whose kernel is a thread of this process, which works on real files and sockets; with
 * options from a {@link SimHost}, rings of a {@link Simulation}. Thread-safe.
 *
 * <p>Descriptors belong to the provider: all rings that it opens share them. They are numbers of
 * its own, which mean nothing to the operating system.
 *
 * <p>Memory of confined arenas is copied by the ring's owner when it enters the kernel: it works,
 * more slowly, but cannot be registered. Prefer {@link java.lang.foreign.Arena#ofShared()} or
 * {@link java.lang.foreign.Arena#ofAuto()}.
 */
public final class SimulatorProvider implements KernelProvider {
  private static final String DESCRIPTION = "simulator (live, in-process)";

  /** What all providers that a service loader makes share. */
  private static final Machine SHARED = LiveMachine.create();

  private final Machine machine;

  /** A provider that shares its descriptors with all others made this way. */
  public SimulatorProvider() {
    this(SHARED);
  }

  private SimulatorProvider(Machine machine) {
    this.machine = machine;
  }

  /**
   * A provider with descriptors of its own.
   *
   * @return a new one
   */
  public static SimulatorProvider isolated() {
    return new SimulatorProvider(LiveMachine.create());
  }

  @Override
  public KernelKind kind() {
    return KernelKind.SIMULATOR;
  }

  @Override
  public Availability availability() {
    return Availability.yes(DESCRIPTION);
  }

  @Override
  public Kernel open(RingOptions options) throws KernelException {
    if (options.environment() instanceof SimEnvironment simulated) {
      return simulated.openKernel(options);
    }
    try {
      return new SimKernel(machine, options, new LiveDriver(options), DESCRIPTION);
    } catch (IOException e) {
      KernelException refused =
          new KernelException(
              Errno.EMFILE,
              "the simulator could not make a selector, which takes three descriptors of the"
                  + " process: close some or raise its limit");
      refused.initCause(e);
      throw refused;
    }
  }

  /**
   * Counts open descriptors, for tests that look for leaks.
   *
   * @return how many there are now
   */
  public int openDescriptors() {
    return machine.descriptors().count();
  }
}
