// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.Xsc;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Code under test, for tests of the simulator. */
final class Scenario {
  static final int WRITERS = 4;
  static final int RECORDS = 8;
  static final int RECORD = 16;

  private Scenario() {}

  /** A host's Xsc, an arena and a file, all of which may be gone at any time. */
  @FunctionalInterface
  interface FileBody {
    void run(Xsc xsc, IoArena arena, RingFile file) throws Exception;
  }

  static void withFile(SimHost host, String path, FileBody body) throws Exception {
    try (Xsc xsc = Xsc.open(host.xsc().build());
        IoArena arena = xsc.openArena();
        RingFile file = retried(() -> open(xsc, path))) {
      body.run(xsc, arena, file);
    }
  }

  private static RingFile open(Xsc xsc, String path) throws IOException {
    return xsc.openFile(
        Path.of(path),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  /** Several threads write records, sync, and read them back; what goes wrong is tried again. */
  static void writers(Simulation simulation) throws Exception {
    SimHost host = simulation.host("a");
    host.run(_ ->
        withFile(
            host,
            "/records",
            (xsc, arena, file) -> {
              List<Thread> threads = new ArrayList<>();
              for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer * RECORDS;
                threads.add(
                    Thread.ofVirtual()
                        .name("writer-" + writer)
                        .start(() -> write(arena, file, first)));
              }
              for (Thread thread : threads) {
                thread.join();
              }
              IoBuffer buffer = arena.allocate(RECORD);
              for (int i = 0; i < WRITERS * RECORDS; i++) {
                int record = i;
                again(() -> file.readFully(buffer, (long) record * RECORD));
                if (buffer.getLong(0) != i) {
                  throw new AssertionError("record " + i + " holds " + buffer.getLong(0));
                }
              }
              again(() -> xsc.sleep(Duration.ofMillis(1)));
            }));
  }

  private static void write(IoArena arena, RingFile file, int first) {
    IoBuffer buffer = arena.allocate(RECORD);
    try {
      for (int i = first; i < first + RECORDS; i++) {
        int record = i;
        buffer.putLong(0, i);
        again(() -> file.writeFully(buffer, (long) record * RECORD));
        if (i % 4 == 3) {
          again(() -> file.force(true));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException;
  }

  /** An attempt at something without a result. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  /** Errors that a fault plan makes pass, so the same is tried again for a while. */
  private static <T> T retried(Attempt<T> attempt) throws IOException {
    for (int i = 0; i < 50; i++) {
      try {
        return attempt.run();
      } catch (IOException _) {
        // The next attempt may be luckier.
      }
    }
    return attempt.run();
  }

  private static void again(Action action) throws IOException {
    retried(() -> {
      action.run();
      return true;
    });
  }

  /** A log that loses its power: what it said to be safe must be there afterwards. */
  static void log(Simulation simulation) throws Exception {
    SimHost host = simulation.host("db");
    int[] acknowledged = {0};
    simulation.crash(
        host,
        Duration.ofMillis(5),
        _ ->
            withFile(
                host,
                "/log",
                (xsc, arena, file) -> {
                  file.force(true);
                  try (RingFile root = xsc.openFile(Path.of("/"), StandardOpenOption.READ)) {
                    root.force(true);
                  }
                  IoBuffer buffer = arena.allocate(Long.BYTES);
                  for (int i = 0; i < 40; i++) {
                    buffer.putLong(0, i + 1);
                    file.writeFully(buffer, (long) i * Long.BYTES);
                    file.force(false);
                    acknowledged[0] = i + 1;
                  }
                }),
        _ ->
            withFile(
                host,
                "/log",
                (_, arena, file) -> {
                  IoBuffer buffer = arena.allocate(Long.BYTES);
                  for (int i = 0; i < acknowledged[0]; i++) {
                    if (file.read(buffer, (long) i * Long.BYTES) != Long.BYTES
                        || buffer.getLong(0) != i + 1) {
                      throw new AssertionError("record " + i + " is lost");
                    }
                  }
                }));
  }
}
