// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.RingFile;
import dev.xsc.RingFuture;
import dev.xsc.ring.Errno;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A part of a file, sent to a socket. */
class TransferToTest extends ApiTest {
  /** More than sockets buffer, so that a peer that does not read stops the transfer. */
  private static final int LARGE = 32 << 20;

  private Pair pair;
  private Path path;

  @BeforeEach
  void connect() throws Exception {
    pair = pair();
    path = folder.resolve("file");
  }

  private byte[] write(int size) throws Exception {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Files.write(path, content);
    return content;
  }

  private Future<byte[]> reading(int count) {
    return go(() -> {
      ByteBuffer all = ByteBuffer.allocate(count);
      pair.client().readFully(all);
      return all.array();
    });
  }

  @Test
  void everySizeArrivesWhole() throws Exception {
    byte[] content = write(1_000_001);
    try (RingFile file = xsc.openFile(path)) {
      for (int count : new int[] {0, 1, 16 << 10, (16 << 10) + 1, 256 << 10, 1_000_000}) {
        Future<byte[]> arrived = reading(count);
        assertEquals(count, file.transferTo(1, count, pair.server()));
        assertArrayEquals(Arrays.copyOfRange(content, 1, 1 + count), get(arrived));
      }
    }
  }

  @Test
  void theEndOfTheFileEndsItEarly() throws Exception {
    byte[] content = write(1000);
    try (RingFile file = xsc.openFile(path)) {
      assertEquals(400, file.transferTo(600, 1_000_000, pair.server()));
      assertArrayEquals(Arrays.copyOfRange(content, 600, 1000), get(reading(400)));
      assertEquals(0, file.transferTo(5000, 10, pair.server()));
    }
  }

  @Test
  void manyAtOnceShareTheBuffers() throws Exception {
    byte[] content = write(300_000);
    List<Future<byte[]>> arrived = new ArrayList<>();
    List<Pair> pairs = new ArrayList<>();
    try (RingFile file = xsc.openFile(path)) {
      List<RingFuture<Long>> sent = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        Pair own = pair();
        pairs.add(own);
        arrived.add(
            go(() -> {
              ByteBuffer all = ByteBuffer.allocate(content.length);
              own.client().readFully(all);
              return all.array();
            }));
        sent.add(file.transferToAsync(0, content.length, own.server()));
      }
      for (int i = 0; i < 80; i++) {
        assertEquals(content.length, get(sent.get(i)));
        assertArrayEquals(content, get(arrived.get(i)));
        pairs.get(i).server().close();
        pairs.get(i).client().close();
      }
    }
  }

  @Test
  void cancellingEndsItAndGivesTheFileBack() throws Exception {
    write(LARGE);
    try (RingFile file = xsc.openFile(path)) {
      RingFuture<Long> sending = file.transferToAsync(0, LARGE, pair.server());
      get(reading(1));
      get(sending.cancelOperation());
      assertThrows(CancellationException.class, () -> get(sending));
    }
    assertEquals(0, xsc.stats().operations());
  }

  @Test
  void closingTheFileEndsIt() throws Exception {
    write(LARGE);
    RingFile file = xsc.openFile(path);
    RingFuture<Long> sending = file.transferToAsync(0, LARGE, pair.server());
    get(reading(1));
    file.close();
    assertThrows(AsynchronousCloseException.class, () -> get(sending));
  }

  @Test
  void closingTheSocketEndsIt() throws Exception {
    write(LARGE);
    try (RingFile file = xsc.openFile(path)) {
      RingFuture<Long> sending = file.transferToAsync(0, LARGE, pair.server());
      get(reading(1));
      pair.server().close();
      assertThrows(AsynchronousCloseException.class, () -> get(sending));
    }
  }

  @Test
  void aPeerThatDoesNotReadRunsIntoTheTimeLimit() throws Exception {
    write(LARGE);
    pair.server().writeTimeout(Duration.ofMillis(1));
    try (RingFile file = xsc.openFile(path)) {
      assertThrows(SocketTimeoutException.class, () -> file.transferTo(0, LARGE, pair.server()));
    }
  }

  @Test
  void whatCannotWorkIsRefused() throws Exception {
    write(10);
    RingFile file = xsc.openFile(path);
    assertThrows(IllegalArgumentException.class, () -> file.transferTo(-1, 1, pair.server()));
    assertThrows(IllegalArgumentException.class, () -> file.transferTo(0, -1, pair.server()));
    file.close();
    assertThrows(ClosedChannelException.class, () -> file.transferTo(0, 1, pair.server()));
    try (RingFile writeOnly = xsc.openFile(path, StandardOpenOption.WRITE)) {
      FileSystemException e =
          assertFails(
              FileSystemException.class,
              Errno.EBADF,
              () -> writeOnly.transferTo(0, 1, pair.server()));
      assertTrue(e.getMessage().contains("READ") && e.getMessage().contains("file"), e::toString);
      assertFalse(e instanceof AccessDeniedException);
    }
  }
}
