// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.sim;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.Xsc;
import dev.xsc.sim.Fault;
import dev.xsc.sim.SimHost;
import dev.xsc.sim.SimTest;
import dev.xsc.sim.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * A log that says of each record that it is safe, on a host that loses power: what was said to be
 * safe must be there afterwards. One run's; each simulation has an instance of its own.
 */
public final class WriteAheadLog {
  private static final Path FILE = Path.of("/log");
  private static final int RECORDS = 40;

  /** So often the log with the bug forgets to sync. */
  private static final int FORGOTTEN = 7;

  private int acknowledged;

  /** The bug: now and then a record counts as safe before it is on the disk. */
  @SimTest(
      seeds = 1000,
      swarm = {Fault.Group.THREADS, Fault.Group.CRASH})
  public void missingSync(Simulation simulation) throws Exception {
    loseAndCheck(simulation, true);
  }

  /** The same without the bug. */
  @SimTest(
      seeds = 1000,
      swarm = {Fault.Group.THREADS, Fault.Group.CRASH})
  public void fixed(Simulation simulation) throws Exception {
    loseAndCheck(simulation, false);
  }

  private void loseAndCheck(Simulation simulation, boolean forgets) throws Exception {
    SimHost host = simulation.host("db");
    simulation.crash(host, Duration.ofMillis(5), _ -> append(host, forgets), _ -> check(host));
  }

  /** Has a new file at the top still there after a power cut: its name is the folder's. */
  static void keep(Xsc xsc, RingFile file) throws IOException {
    file.force(true);
    try (RingFile folder = xsc.openFile(Path.of("/"), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private void append(SimHost host, boolean forgets) throws IOException {
    try (Xsc xsc = Xsc.open(host.xsc().build());
        IoArena arena = xsc.openArena();
        RingFile log = xsc.openFile(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      keep(xsc, log);
      IoBuffer record = arena.allocate(Long.BYTES);
      for (int i = 0; i < RECORDS; i++) {
        record.putLong(0, i + 1);
        log.writeFully(record, (long) i * Long.BYTES);
        if (!forgets || i % FORGOTTEN != FORGOTTEN - 1) {
          log.force(false);
        }
        acknowledged = i + 1;
      }
    }
  }

  private void check(SimHost host) throws IOException {
    if (acknowledged == 0) {
      return; // power was lost before there was a log
    }
    try (Xsc xsc = Xsc.open(host.xsc().build());
        IoArena arena = xsc.openArena();
        RingFile log = xsc.openFile(FILE, StandardOpenOption.READ)) {
      IoBuffer record = arena.allocate(Long.BYTES);
      for (int i = 0; i < acknowledged; i++) {
        int read = log.read(record, (long) i * Long.BYTES);
        if (read != Long.BYTES || record.getLong(0) != i + 1) {
          throw new AssertionError("record " + i + " was acknowledged and is lost");
        }
      }
    }
  }
}
