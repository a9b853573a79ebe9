// SPDX-License-Identifier: Apache-2.0
/**
 * A kernel inside the process: answers the ring protocol with real files and sockets, on any
 * system.
 */
module dev.xsc.sim {
  requires transitive dev.xsc.api;
  requires static org.jspecify;
  requires static transitive org.junit.jupiter.api;

  exports dev.xsc.sim;

  provides dev.xsc.spi.KernelProvider with
      dev.xsc.sim.SimulatorProvider;
}
