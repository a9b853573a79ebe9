// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.RingFuture;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.conformance.Machine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** More work than fits: callers wait or are told, nothing is lost, nothing grows without bound. */
class BackPressureTest extends ApiTest {
  private static final int THREADS = 1000;
  private static final int EACH = 100;

  private RingFile file() throws IOException {
    return xsc.openFile(Files.write(folder.resolve("file"), new byte[4096]));
  }

  @Test
  void aHundredThousandOperationsOfAThousandThreadsAllEnd() throws Exception {
    try (Xsc small = Xsc.open(options().eventLoops(1).maxOperations(256).build());
        RingFile file = small.openFile(Files.write(folder.resolve("file"), new byte[4096]))) {
      IoBuffer buffer = arena.allocate(THREADS * 64L);
      AtomicLong bytes = new AtomicLong();
      List<Future<Void>> threads = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        IoBuffer mine = buffer.slice(t * 64L, 64);
        threads.add(
            go(() -> {
              List<RingFuture<Integer>> reads = new ArrayList<>();
              for (int i = 0; i < EACH; i++) {
                reads.add(file.readAsync(mine, i));
              }
              for (RingFuture<Integer> read : reads) {
                bytes.addAndGet(get(read));
              }
              return null;
            }));
      }
      for (Future<Void> thread : threads) {
        get(thread);
      }
      assertEquals(64L * THREADS * EACH, bytes.get());
      assertTrue(small.stats().operations() == 0, () -> small.stats().toString());
    }
  }

  @Test
  void withoutRoomACallerIsToldWhenItAskedForThat() throws Exception {
    try (Xsc small =
        Xsc.open(options().eventLoops(1).maxOperations(16).failWithoutRoom().build())) {
      RingServerSocket server = small.listen(loopback(0));
      List<RingFuture<RingSocket>> accepts = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        accepts.add(server.acceptAsync());
      }
      IOException e = assertThrows(IOException.class, () -> get(server.acceptAsync()));
      assertTrue(e.getMessage().contains("16 operations"), e::toString);
      server.close();
      for (RingFuture<RingSocket> accept : accepts) {
        assertThrows(IOException.class, () -> get(accept));
      }
    }
  }

  @Test
  void aCallerThatWaitsForRoomCanBeInterrupted() throws Exception {
    try (Xsc small = Xsc.open(options().eventLoops(1).maxOperations(16).build())) {
      RingServerSocket server = small.listen(loopback(0));
      for (int i = 0; i < 16; i++) {
        var _ = server.acceptAsync();
      }
      Thread[] waiting = new Thread[1];
      Future<RingSocket> refused =
          go(() -> {
            waiting[0] = Thread.currentThread();
            return server.accept();
          });
      until(() -> waiting[0] != null && waiting[0].getState() == Thread.State.WAITING);
      waiting[0].interrupt();
      assertThrows(InterruptedIOException.class, () -> get(refused));
      // Closing needs no room.
      server.close();
    }
  }

  @Test
  void idleConnectionsDoNotKeepOthersFromWorking() throws Exception {
    // Both ends are in this process, and the kernels need a few descriptors for themselves.
    int count = Math.min(10_000, (Machine.freeDescriptors() - 200) / 2);
    List<Pair> pairs = new ArrayList<>();
    List<RingFuture<Integer>> reads = new ArrayList<>();
    try (IoArena memory = xsc.openArena()) {
      IoBuffer buffer = memory.allocate(count);
      try (RingServerSocket server = xsc.listen(loopback(0))) {
        for (int i = 0; i < count; i++) {
          RingFuture<RingSocket> accepted = server.acceptAsync();
          RingSocket client = xsc.connect(server.localAddress());
          pairs.add(new Pair(client, get(accepted)));
          reads.add(pairs.get(i).server().readAsync(buffer.slice(i, 1)));
        }
      }
      RingFile file = file();
      assertEquals(64, file.read(arena.allocate(64), 0));
      for (int i = count - 1; i >= 0; i--) {
        assertEquals(1, pairs.get(i).client().write(ByteBuffer.wrap(new byte[] {(byte) i})));
      }
      for (RingFuture<Integer> read : reads) {
        assertEquals(1, get(read));
      }
      for (int i = 0; i < count; i++) {
        assertEquals((byte) i, buffer.getByte(i));
      }
      for (Pair pair : pairs) {
        var _ = pair.client().closeAsync();
        var _ = pair.server().closeAsync();
      }
    }
  }
}
