// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.sim;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.Xsc;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Appends to a log, loses power at a random moment, reads what is left and goes on from there,
 * until a number of operations have been done. What was synced must be there. One simulation's.
 */
public final class CrashRecovery {
  private static final Path FILE = Path.of("/log");
  private static final Duration LONGEST = Duration.ofMillis(20);
  private static final int RECORD = 64;

  private final Simulation simulation;
  private final SimHost host;
  private long operations;
  private int crashes;
  private int written;
  private int safe;

  private CrashRecovery(Simulation simulation) {
    this.simulation = simulation;
    host = simulation.host("db");
  }

  /**
   * Runs inside a simulation whose disk reports no errors.
   *
   * @param operations on the disk at least, each through an event loop of the host
   * @return how many power cuts there were
   */
  public static int run(Simulation simulation, long operations) throws Exception {
    CrashRecovery recovery = new CrashRecovery(simulation);
    while (recovery.operations < operations) {
      recovery.round(operations);
    }
    return recovery.crashes;
  }

  private void round(long limit) throws Exception {
    simulation.crash(host, LONGEST, _ -> append(limit), _ -> recover());
    crashes++;
  }

  private void append(long limit) throws IOException {
    try (Xsc xsc = Xsc.open(host.xsc().build());
        IoArena arena = xsc.openArena();
        RingFile log = xsc.openFile(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      WriteAheadLog.keep(xsc, log);
      operations += 6;
      IoBuffer record = arena.allocate(RECORD);
      while (operations < limit) {
        record.putLong(0, written + 1);
        log.writeFully(record, (long) written * RECORD);
        written++;
        log.force(false);
        safe = written;
        operations += 2;
      }
    }
  }

  private void recover() throws IOException {
    try (Xsc xsc = Xsc.open(host.xsc().build());
        IoArena arena = xsc.openArena();
        RingFile log =
            xsc.openFile(
                FILE,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      operations += 2;
      IoBuffer record = arena.allocate(RECORD);
      int found = 0;
      while (log.read(record, (long) found * RECORD) == RECORD && record.getLong(0) == found + 1) {
        found++;
        operations++;
      }
      operations++;
      if (found < safe) {
        throw new AssertionError("record " + found + " of " + safe + " safe ones is lost");
      }
      written = found;
    }
  }
}
