// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertAnyError;
import static dev.xsc.conformance.ring.Results.assertError;
import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.IoVec;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of reads and writes, and of descriptors that an operation cannot work on. */
class TransferErrorsTest extends RingTest {
  private List<Consumer<Sqe>> transfers(int fd, long offset) {
    MemorySegment buffer = memory(8);
    IoVec vector = IoVec.of(arena, List.of(buffer));
    return List.of(
        sqe -> sqe.read(fd, buffer, offset),
        sqe -> sqe.readv(fd, vector, offset),
        sqe -> sqe.write(fd, buffer, offset),
        sqe -> sqe.writev(fd, vector, offset));
  }

  private List<Consumer<Sqe>> socketOperations(int fd) {
    MemorySegment buffer = memory(8);
    MsgHdr message = MsgHdr.of(arena, List.of(buffer));
    MemorySegment address = new Sockets(this).address(Sockets.loopback(9));
    return List.of(
        sqe -> sqe.send(fd, buffer, 0),
        sqe -> sqe.recv(fd, buffer, 0),
        sqe -> sqe.sendmsg(fd, message, 0),
        sqe -> sqe.recvmsg(fd, message, 0),
        sqe -> sqe.accept(fd, 0),
        sqe -> sqe.acceptMultishot(fd, 0),
        sqe -> sqe.connect(fd, address),
        sqe -> sqe.bind(fd, address),
        sqe -> sqe.listen(fd, 1),
        sqe -> sqe.shutdown(fd, Posix.SHUT_WR));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1 << 20, Integer.MIN_VALUE})
  void aDescriptorThatIsNotOpenIsRefusedByEveryOperation(int fd) {
    for (Consumer<Sqe> operation : transfers(fd, 0)) {
      assertError(Errno.EBADF, ring.run(operation));
    }
    for (Consumer<Sqe> operation : socketOperations(fd)) {
      assertError(Errno.EBADF, ring.run(operation));
    }
    assertError(Errno.EBADF, ring.run(sqe -> sqe.fsync(fd)));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.fallocate(fd, 0, 0, 1)));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.pollAdd(fd, Posix.POLLIN)));
  }

  @Test
  void aWriteOnlyDescriptorCannotBeRead() {
    int fd = openat(write("file", bytes("hello")), Posix.O_WRONLY);
    for (Consumer<Sqe> read : transfers(fd, 0).subList(0, 2)) {
      assertError(Errno.EBADF, ring.run(read));
    }
  }

  @Test
  void aReadOnlyDescriptorCannotBeWritten() {
    int fd = openat(write("file", bytes("hello")), Posix.O_RDONLY);
    for (Consumer<Sqe> write : transfers(fd, 0).subList(2, 4)) {
      assertError(Errno.EBADF, ring.run(write));
    }
    assertArrayEquals(bytes("hello"), contentOf("file"));
  }

  @Test
  void theEndsOfAPipeGoOneWay() {
    Pipe pipe = pipe();
    assertError(Errno.EBADF, ring.run(sqe -> sqe.read(pipe.write(), memory(1), AT_POSITION)));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.write(pipe.read(), memory(1), AT_POSITION)));
  }

  @Test
  void aDirectoryCannotBeRead() {
    int fd = openat(folder, Posix.O_RDONLY | Posix.O_DIRECTORY);
    assertError(Errno.EISDIR, ring.run(sqe -> sqe.read(fd, memory(100), 0)));
    assertError(Errno.EBADF, ring.run(sqe -> sqe.write(fd, memory(100), 0)));
  }

  @Test
  void socketOperationsNeedASocket() {
    int fd = file("file");
    for (Consumer<Sqe> operation : socketOperations(fd)) {
      assertError(Errno.ENOTSOCK, ring.run(operation));
    }
  }

  @Test
  void anOffsetOnAPipeIsRefusedOrIgnored() {
    // pread(2) says ESPIPE; io_uring has no such check and transfers at the position.
    Pipe pipe = pipe();
    int written = ring.run(sqe -> sqe.write(pipe.write(), memory("data"), 7));
    if (written < 0) {
      assertError(Errno.ESPIPE, written);
    } else {
      assertResult(4, written);
      MemorySegment buffer = memory(4);
      assertResult(4, ring.run(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION)));
      assertEquals("data", text(buffer, 4));
    }
  }

  @Test
  void anOffsetBeyondEveryFileIsRefused() {
    int fd = file("file");
    long offset = Long.MAX_VALUE - 3;
    int result = ring.run(sqe -> sqe.write(fd, memory(8), offset));
    assertAnyError(result, Errno.EFBIG, Errno.EINVAL, Errno.EOVERFLOW);
    assertEquals(0, contentOf("file").length);
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, Long.MIN_VALUE})
  void aNegativeOffsetIsRefusedWithItsValue(long offset) {
    int fd = file("file");
    for (Consumer<Sqe> transfer : transfers(fd, offset)) {
      var e =
          assertThrows(IllegalArgumentException.class, () -> transfer.accept(ring.ring().next()));
      assertTrue(e.getMessage().contains(Long.toString(offset)), e.getMessage());
    }
  }

  @Test
  void nothingIsReadIntoReadOnlyMemory() {
    int fd = openat(write("constant", bytes("content")), Posix.O_RDONLY);
    MemorySegment readOnly = memory(bytes("old")).asReadOnly();
    IoVec vector = IoVec.of(arena, List.of(memory(1), readOnly));
    MsgHdr message = MsgHdr.of(arena, List.of(readOnly));
    List<Consumer<Sqe>> reads =
        List.of(
            sqe -> sqe.read(fd, readOnly, 0),
            sqe -> sqe.readv(fd, vector, 0),
            sqe -> sqe.readFixed(fd, readOnly, 0, 0),
            sqe -> sqe.recv(fd, readOnly, 0),
            sqe -> sqe.recvmsg(fd, message, 0));
    for (Consumer<Sqe> read : reads) {
      var e = assertThrows(IllegalArgumentException.class, () -> read.accept(ring.ring().next()));
      assertTrue(e.getMessage().contains("read-only"), e.getMessage());
    }
    assertEquals("old", text(readOnly, 3));
    int target = openat(folder.resolve("target"), Posix.O_CREAT | Posix.O_RDWR);
    assertResult(3, ring.run(sqe -> sqe.write(target, readOnly, 0)));
  }

  @Test
  void heapMemoryIsRefusedWithTheRemedy() {
    int fd = file("file");
    MemorySegment heap = MemorySegment.ofArray(new byte[8]);
    List<Consumer<Sqe>> operations =
        List.of(
            sqe -> sqe.read(fd, heap, 0),
            sqe -> sqe.write(fd, heap, 0),
            sqe -> sqe.send(fd, heap, 0),
            sqe -> sqe.recv(fd, heap, 0),
            sqe -> sqe.openat(Posix.AT_FDCWD, heap, 0, 0),
            sqe -> sqe.connect(fd, heap),
            sqe -> sqe.bind(fd, heap),
            sqe -> sqe.timeout(heap, false));
    for (Consumer<Sqe> operation : operations) {
      var e =
          assertThrows(IllegalArgumentException.class, () -> operation.accept(ring.ring().next()));
      assertTrue(e.getMessage().contains("Arena"), e.getMessage());
    }
  }
}
