// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.RingFuture;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.conformance.World;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * An event loop that fails, here by an {@link Error} of a callback that runs on it: everybody
 * learns of it, nobody waits for ever, and memory stays with a kernel that may still write to it.
 */
class FailedLoopTest extends ApiTest {
  /** What the planted callback throws. */
  private static final class Planted extends Error {
    private static final long serialVersionUID = 1;

    Planted() {
      super("planted");
    }
  }

  /** A connected pair on a loop of its own, and what makes that loop fail. */
  private final class Doomed implements AutoCloseable {
    final Xsc doomed =
        Xsc.open(options().eventLoops(1).maxOperations(16).callbacksOnEventLoop().build());
    final IoArena lent = doomed.openArena();
    final RingServerSocket server = doomed.listen(loopback(0));
    final RingSocket client = doomed.connect(server.localAddress());
    final RingSocket accepted = server.accept();
    final RingFuture<Void> accepting =
        server.acceptEach(_ -> {
          throw new Planted();
        });

    Doomed() throws IOException {}

    void fail() throws Exception {
      xsc.connect(server.localAddress()).close();
      IOException told = assertThrows(IOException.class, () -> get(accepting));
      assertTrue(told.getCause() instanceof Planted, told::toString);
    }

    @Override
    public void close() throws IOException {
      accepted.close();
      doomed.close();
    }
  }

  @Test
  void whatWasInFlightFailsAndItsMemoryStaysLent() throws Exception {
    try (Doomed pair = new Doomed()) {
      IoBuffer buffer = pair.lent.allocate(16);
      RingFuture<Integer> read = pair.client.readAsync(buffer);
      pair.fail();
      IOException told = assertThrows(IOException.class, () -> get(read));
      assertTrue(told.getMessage().contains("planted"), told::toString);
      assertTrue(buffer.isInFlight());
      assertThrows(IllegalStateException.class, pair.lent::close);
    }
  }

  @Test
  void aFreeBufferCanStillBeUsedAndFreed() throws Exception {
    try (Doomed pair = new Doomed()) {
      IoBuffer buffer = pair.lent.allocate(16);
      pair.fail();
      assertFalse(buffer.isInFlight());
      pair.lent.close();
    }
  }

  @Test
  void whoeverWaitsForRoomIsToldAndSoIsWhoeverComesLater() throws Exception {
    try (Doomed pair = new Doomed()) {
      List<Future<Integer>> reads = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        IoBuffer buffer = pair.lent.allocate(16);
        reads.add(go(() -> pair.client.read(buffer)));
      }
      // Of the 16 one accepts.
      until(() -> pair.doomed.stats().operations() == 16);
      pair.fail();
      for (Future<Integer> read : reads) {
        assertThrows(IOException.class, () -> get(read));
      }
      IoBuffer late = pair.lent.allocate(16);
      IOException told = assertThrows(IOException.class, () -> pair.client.read(late));
      assertTrue(told.getMessage().contains("has failed"), told::toString);
      assertFalse(late.isInFlight());
    }
  }

  @Test
  void descriptorsAreClosedAndThePeerSeesIt() throws Exception {
    try (Doomed pair = new Doomed();
        RingServerSocket other = xsc.listen(loopback(0))) {
      RingSocket outgoing = pair.doomed.connect(other.localAddress());
      RingSocket peer = other.accept();
      Future<Integer> end = peer.readAsync(arena.allocate(16));
      pair.fail();
      assertEquals(-1, get(end));
      outgoing.close();
      pair.client.close();
      peer.close();
    }
  }

  @Test
  void aDescriptorOfAnotherLoopIsLetGo() throws Exception {
    try (Doomed pair = new Doomed()) {
      RingFile file = xsc.openFile(Files.write(folder.resolve("file"), new byte[1 << 24]));
      RingFuture<Long> sending = file.transferToAsync(0, 1 << 24, pair.client);
      pair.fail();
      assertThrows(IOException.class, () -> get(sending));
      get(file.closeAsync());
    }
  }

  @Test
  void anExceptionOfACallbackEndsOnlyTheCallback() throws Exception {
    World.requireReal("what nobody catches fails a simulation");
    try (Xsc other = Xsc.open(options().callbacksOnEventLoop().build());
        RingServerSocket server = other.listen(loopback(0))) {
      List<RingSocket> accepted = new ArrayList<>();
      var _ =
          server.acceptEach(socket -> {
            synchronized (accepted) {
              accepted.add(socket);
            }
            throw new IllegalStateException("planted");
          });
      for (int i = 0; i < 2; i++) {
        int connections = i + 1;
        xsc.connect(server.localAddress()).close();
        until(() -> {
          synchronized (accepted) {
            return accepted.size() == connections;
          }
        });
      }
      other.sleep(Duration.ofMillis(1));
    }
  }
}
