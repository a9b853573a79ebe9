// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.RingFile;
import dev.xsc.RingFuture;
import dev.xsc.XscStats;
import dev.xsc.conformance.KernelUnderTest;
import dev.xsc.ring.Errno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

/** What an operator can see: flight recorder events, counters, descriptions. */
class ObservabilityTest extends ApiTest {
  private interface Body {
    void run() throws Exception;
  }

  private List<RecordedEvent> record(String event, Body body) throws Exception {
    // Not in the test's folder, which may be on a disk that is made up.
    Path file = Files.createTempFile("xsc-conformance", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable(event).withoutThreshold();
      recording.start();
      body.run();
      recording.stop();
      recording.dump(file);
      return RecordingFile.readAllEvents(file);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void everyOperationIsAnEventWithItsLatency() throws Exception {
    Path path = Files.writeString(folder.resolve("file"), "content");
    List<RecordedEvent> events =
        record(
            "dev.xsc.Operation",
            () -> {
              try (RingFile file = xsc.openFile(path)) {
                assertEquals(3, file.read(arena.allocate(3), 0));
              }
            });
    RecordedEvent read =
        events.stream()
            .filter(e -> e.getString("operation").equals("READ"))
            .findFirst()
            .orElseThrow();
    assertEquals(3, read.getInt("result"));
    assertEquals(path.toString(), read.getString("target"));
    assertTrue(read.getDuration().isPositive());
    assertTrue(events.stream().anyMatch(e -> e.getString("operation").equals("OPENAT")));
  }

  @Test
  void aCancellationIsAnEventWithItsOutcome() throws Exception {
    Pair pair = pair();
    List<RecordedEvent> events =
        record(
            "dev.xsc.Cancel",
            () -> {
              RingFuture<Integer> reading = pair.server().readAsync(arena.allocate(1));
              reading.cancel(true);
              assertThrows(CancellationException.class, () -> get(reading));
            });
    assertEquals(1, events.size());
    assertEquals("RECV", events.getFirst().getString("operation"));
    assertEquals(-Errno.ECANCELED, events.getFirst().getInt("result"));
  }

  @Test
  void countersCount() throws Exception {
    long before = xsc.stats().submitted();
    xsc.status(folder);
    XscStats after = xsc.stats();
    assertTrue(after.submitted() > before);
    assertTrue(after.kernelEntries() > 0);
    assertEquals(0, after.operations());
    assertEquals(before + 1, after.submitted(), "one operation, and no wake-up read");
    XscStats.Loop loop = after.loops().getFirst();
    assertEquals(loop.ring().enters() + loop.wakes() + loop.calls(), loop.kernelEntries());
  }

  @Test
  void descriptionsNameTheKernel() throws Exception {
    assertEquals(KernelUnderTest.get().kind(), xsc.kernel());
    assertTrue(xsc.toString().contains(xsc.capabilities().description()), xsc::toString);
    Path path = Files.createFile(folder.resolve("file"));
    RingFile file = xsc.openFile(path);
    assertTrue(file.toString().contains(path.toString()));
    file.close();
    assertTrue(file.toString().contains("closed"));
  }
}
