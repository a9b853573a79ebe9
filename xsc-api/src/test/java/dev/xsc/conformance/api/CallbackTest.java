// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.RingServerSocket;
import dev.xsc.RingSocket;
import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.conformance.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Where the code of dependent stages runs. */
class CallbackTest extends ApiTest {
  private Path content() throws IOException {
    return Files.writeString(folder.resolve("file"), "content");
  }

  /** The thread on which a stage of a read ran, which was there before what it reads. */
  private Thread threadOfStage(Xsc on) throws Exception {
    try (RingServerSocket listener = on.listen(loopback(0));
        RingSocket reader = on.connect(listener.localAddress());
        RingSocket writer = listener.accept()) {
      CompletableFuture<Thread> thread =
          reader.readAsync(arena.allocate(1)).thenApply(_ -> Thread.currentThread());
      writer.writeFully(ByteBuffer.allocate(1));
      return get(thread);
    }
  }

  private static boolean isEventLoop(Thread thread) {
    return thread.getName().startsWith("xsc-") && thread.getName().contains("-loop-");
  }

  @Test
  void byDefaultStagesRunOnVirtualThreads() throws Exception {
    Thread thread = threadOfStage(xsc);
    assertTrue(thread.isVirtual(), thread::toString);
  }

  @Test
  void stagesRunOnTheGivenExecutor() throws Exception {
    Thread[] mine = new Thread[1];
    try (ExecutorService executor =
        Executors.newSingleThreadExecutor(body -> {
          mine[0] = World.thread().name("mine").unstarted(body);
          return mine[0];
        })) {
      try (Xsc other = Xsc.open(options().callbacks(executor).build())) {
        Thread thread = threadOfStage(other);
        assertEquals(mine[0], thread);
      }
    }
  }

  @Test
  void anExecutorThatIsShutDownLosesNoResult() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor(World.thread().factory());
    try (Xsc other = Xsc.open(options().callbacks(executor).build());
        RingFile file = other.openFile(content())) {
      executor.shutdown();
      IoBuffer buffer = arena.allocate(4);
      assertEquals(4, get(file.readAsync(buffer, 0)));
      assertFalse(buffer.isInFlight());
    }
  }

  @Test
  void onRequestStagesRunOnTheEventLoopAndMaySubmitButNotBlock() throws Exception {
    XscOptions onLoop = options().callbacksOnEventLoop().build();
    try (Xsc other = Xsc.open(onLoop);
        RingFile file = other.openFile(content())) {
      assertTrue(isEventLoop(threadOfStage(other)));
      IoBuffer buffer = arena.allocate(4);
      CompletableFuture<Integer> chain =
          file.readAsync(buffer, 0).thenCompose(_ -> file.readAsync(buffer, 4));
      assertEquals(3, get(chain));
      try (RingServerSocket listener = other.listen(loopback(0))) {
        CompletableFuture<Integer> blocking =
            listener
                .acceptAsync()
                .thenApply(_ -> {
                  try {
                    return file.read(buffer, 0);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
        // Only now: a stage that is added to what has ended would run here.
        var _ = other.connect(listener.localAddress());
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> get(blocking));
        assertTrue(e.getMessage().contains("event loop"), e::toString);
      }
    }
  }

  @Test
  void aStageThatBlocksDoesNotStopOthers() throws Exception {
    try (RingFile file = xsc.openFile(content())) {
      CompletableFuture<Void> gate = new CompletableFuture<>();
      Pair pair = pair();
      CompletableFuture<Void> blocked =
          pair.server().readAsync(arena.allocate(1)).thenAccept(_ -> gate.join());
      pair.client().writeFully(ByteBuffer.allocate(1));
      for (int i = 0; i < 20; i++) {
        assertEquals(4, get(file.readAsync(arena.allocate(4), 0)));
      }
      assertFalse(blocked.isDone());
      gate.complete(null);
      get(blocked);
    }
  }
}
