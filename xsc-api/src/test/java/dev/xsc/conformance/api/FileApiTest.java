// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.api;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.FileStatus;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileApiTest extends ApiTest {
  private RingFile file(String content) throws IOException {
    Path path = Files.writeString(folder.resolve("file"), content);
    return xsc.openFile(path, READ, WRITE);
  }

  private String content() throws IOException {
    return Files.readString(folder.resolve("file"));
  }

  @Test
  void aBufferIsReadAndWrittenInPlace() throws Exception {
    try (RingFile file = file("hello, ring")) {
      IoBuffer buffer = arena.allocate(5);
      assertEquals(5, file.read(buffer, 0));
      assertEquals("hello", buffer.getString(0, 5));
      assertEquals(4, file.read(buffer, 7));
      assertEquals("ring", buffer.getString(0, 4));
      assertEquals(4, file.write(buffer.slice(0, 4), 11));
      assertEquals("hello, ringring", content());
    }
  }

  @Test
  void byteBuffersOnAndOffTheHeapMoveTheirPosition() throws Exception {
    try (RingFile file = file("0123456789")) {
      for (ByteBuffer buffer : List.of(ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8))) {
        buffer.position(1).limit(4);
        assertEquals(3, file.read(buffer, 5));
        assertEquals(4, buffer.position());
        buffer.position(1);
        byte[] bytes = new byte[3];
        buffer.get(bytes);
        assertEquals("567", new String(bytes, StandardCharsets.UTF_8));
        buffer.position(1);
        assertEquals(3, file.write(buffer, 0));
        assertEquals(4, buffer.position());
        assertEquals("5673456789", content());
        Files.writeString(folder.resolve("file"), "0123456789");
      }
    }
  }

  @Test
  void segmentsOnAndOffTheHeapAreReadAndWritten() throws Exception {
    try (RingFile file = file("abcdef");
        Arena memory = Arena.ofShared()) {
      for (MemorySegment segment :
          List.of(memory.allocate(3), MemorySegment.ofArray(new byte[3]))) {
        assertEquals(3, get(file.readAsync(segment, 2)));
        assertArrayEquals(
            "cde".getBytes(StandardCharsets.UTF_8), segment.toArray(ValueLayout.JAVA_BYTE));
        assertEquals(3, file.write(segment, 6));
        assertEquals("abcdefcde", content());
        file.truncate(6);
      }
    }
  }

  @Test
  void readingIntoAReadOnlySegmentIsRefused() throws Exception {
    Path path = Files.writeString(folder.resolve("segment"), "x");
    try (RingFile file = xsc.openFile(path);
        Arena foreign = Arena.ofShared()) {
      for (MemorySegment memory :
          List.of(foreign.allocate(1), MemorySegment.ofArray(new byte[1]))) {
        IllegalArgumentException e =
            assertThrows(
                IllegalArgumentException.class, () -> file.readAsync(memory.asReadOnly(), 0));
        assertTrue(e.getMessage().contains("read-only"), e::toString);
        assertEquals(1, file.read(memory, 0));
      }
    }
  }

  @Test
  void awaitingAFutureGivesWhatTheBlockingFormWould() throws Exception {
    Path path = Files.writeString(folder.resolve("awaited"), "abc");
    try (RingFile file = get(go(() -> xsc.openFileAsync(path).await()))) {
      IoBuffer buffer = arena.allocate(3);
      assertEquals(3, get(go(() -> file.readAsync(buffer, 0).await())));
      assertEquals("abc", buffer.getString(0, 3));
      assertThrows(EOFException.class, () -> file.readFullyAsync(buffer, 1).await());
    }
    Path missing = folder.resolve("missing");
    assertFails(NoSuchFileException.class, Errno.ENOENT, () -> xsc.openFileAsync(missing).await());
  }

  @Test
  void readingIntoAReadOnlyBufferIsRefused() throws Exception {
    try (RingFile file = file("x")) {
      ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
      assertThrows(IllegalArgumentException.class, () -> file.read(readOnly, 0));
      assertEquals(1, file.write(ByteBuffer.wrap(new byte[] {'y'}).asReadOnlyBuffer(), 0));
      assertEquals("y", content());
    }
  }

  @Test
  void theEndOfTheFileIsMinusOne() throws Exception {
    try (RingFile file = file("abc")) {
      assertEquals(-1, file.read(arena.allocate(1), 3));
      assertEquals(-1, get(file.readAsync(arena.allocate(1), 100)));
      assertEquals(0, file.read(ByteBuffer.allocate(0), 3));
    }
  }

  @Test
  void readFullyFillsTheBufferOrFails() throws Exception {
    try (RingFile file = file("abc")) {
      IoBuffer buffer = arena.allocate(3);
      file.readFully(buffer, 0);
      assertEquals("abc", buffer.getString(0, 3));
      EOFException end = assertThrows(EOFException.class, () -> file.readFully(buffer, 1));
      assertTrue(end.getMessage().contains("2 of 3"), end::toString);
      assertThrows(EOFException.class, () -> get(file.readFullyAsync(buffer, 2)));
    }
  }

  @Test
  void bigTransfersAreWhole() throws Exception {
    byte[] bytes = new byte[5_000_003];
    new Random(1).nextBytes(bytes);
    try (RingFile file = file("")) {
      file.writeFully(ByteBuffer.wrap(bytes), 0);
      assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("file")));
      IoBuffer buffer = arena.allocate(bytes.length);
      get(file.readFullyAsync(buffer, 0));
      assertArrayEquals(bytes, buffer.getBytes(0, bytes.length));
    }
  }

  @Test
  void vectorsAreFilledInOrder() throws Exception {
    try (RingFile file = file("0123456789")) {
      List<IoBuffer> buffers = List.of(arena.allocate(2), arena.allocate(3), arena.allocate(9));
      assertEquals(8, file.readv(buffers, 2));
      assertEquals("23", buffers.get(0).getString(0, 2));
      assertEquals("456", buffers.get(1).getString(0, 3));
      assertEquals("789", buffers.get(2).getString(0, 3));
      assertEquals(5, get(file.writevAsync(buffers.subList(0, 2), 10)));
      assertEquals("012345678923456", content());
      assertEquals(-1, file.readv(buffers, 100));
      assertThrows(IllegalArgumentException.class, () -> file.readv(List.of(), 0));
    }
  }

  @Test
  void optionsDecideHowAFileIsOpened() throws Exception {
    Path path = folder.resolve("new");
    assertFails(NoSuchFileException.class, Errno.ENOENT, () -> xsc.openFile(path));
    try (RingFile file = xsc.openFile(path, WRITE, CREATE)) {
      assertEquals(1, file.write(ByteBuffer.wrap(new byte[1]), 0));
      assertFails(
          FileSystemException.class, Errno.EBADF, () -> file.read(ByteBuffer.allocate(1), 0));
    }
    assertFails(
        FileAlreadyExistsException.class,
        Errno.EEXIST,
        () -> xsc.openFile(path, WRITE, CREATE_NEW));
    try (RingFile file = xsc.openFile(path, APPEND)) {
      assertEquals(1, file.write(ByteBuffer.wrap(new byte[1]), 0));
      assertEquals(2, file.size());
    }
    xsc.openFile(path, WRITE, TRUNCATE_EXISTING).close();
    assertEquals(0, Files.size(path));
    assertThrows(IllegalArgumentException.class, () -> xsc.openFile(path, APPEND, READ));
  }

  @Test
  void sizesAndStatusAreThoseOfTheFileSystem() throws Exception {
    try (RingFile file = file("12345")) {
      FileStatus status = get(file.statusAsync());
      assertEquals(5, status.size());
      assertTrue(status.isRegularFile());
      file.truncate(2);
      assertEquals(2, xsc.status(folder.resolve("file")).size());
      get(file.truncateAsync(10));
      assertEquals(10, file.size());
      file.allocate(0, 20);
      assertEquals(20, file.size());
      file.force(true);
      get(file.forceAsync(false));
      file.advise(0, 0, RingFile.Advice.SEQUENTIAL);
      assertTrue(xsc.status(folder).isDirectory());
    }
  }

  @Test
  void namesCanBeMadeMovedAndDeleted() throws Exception {
    Path directory = folder.resolve("dir");
    xsc.createDirectory(directory);
    assertFails(
        FileAlreadyExistsException.class, Errno.EEXIST, () -> xsc.createDirectory(directory));
    Path inside = Files.writeString(directory.resolve("a"), "a");
    assertFails(DirectoryNotEmptyException.class, Errno.ENOTEMPTY, () -> xsc.delete(directory));
    xsc.rename(inside, folder.resolve("b"));
    assertEquals("a", Files.readString(folder.resolve("b")));
    xsc.delete(folder.resolve("b"));
    xsc.delete(directory);
    assertFalse(Files.exists(directory));
    NoSuchFileException gone =
        assertFails(NoSuchFileException.class, Errno.ENOENT, () -> xsc.delete(directory));
    assertEquals(directory.toString(), gone.getFile());
  }

  @Test
  void aFailureNamesOperationAndPath() {
    NoSuchFileException e =
        assertThrows(NoSuchFileException.class, () -> xsc.openFile(folder.resolve("none")));
    assertEquals(folder.resolve("none").toString(), e.getFile());
    assertTrue(
        e.getMessage().contains("ENOENT") && e.getMessage().contains(Op.OPENAT.name()),
        e::toString);
    assertFails(
        NoSuchFileException.class,
        Errno.ENOENT,
        () -> get(xsc.openFileAsync(folder.resolve("none"))));
    Path tooLong = folder.resolve("x".repeat(5000));
    assertFails(FileSystemException.class, Errno.ENAMETOOLONG, () -> xsc.openFile(tooLong));
    assertFails(
        FileSystemException.class, Errno.ENAMETOOLONG, () -> get(xsc.openFileAsync(tooLong)));
  }

  @Test
  void aClosedFileRefusesEverything() throws Exception {
    RingFile file = file("x");
    file.close();
    file.close();
    assertFalse(file.isOpen());
    IoBuffer buffer = arena.allocate(1);
    assertThrows(ClosedChannelException.class, () -> file.read(buffer, 0));
    assertThrows(ClosedChannelException.class, () -> get(file.writeAsync(buffer, 0)));
    assertThrows(ClosedChannelException.class, file::size);
    assertFalse(buffer.isInFlight());
    get(file.closeAsync());
  }

  @Test
  void aNegativePositionIsRefusedWithItsValue() throws Exception {
    try (RingFile file = file("x")) {
      var e = assertThrows(IllegalArgumentException.class, () -> file.read(arena.allocate(1), -2));
      assertTrue(e.getMessage().contains("-2"), e::toString);
    }
  }
}
