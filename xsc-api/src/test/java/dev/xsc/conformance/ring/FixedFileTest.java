// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.spi.KernelException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Registered descriptors. */
class FixedFileTest extends RingTest {
  private String read(int index) {
    MemorySegment buffer = memory(100);
    int result = ring.run(sqe -> sqe.read(index, buffer, 0).fixedFile());
    return result < 0 ? Results.name(result) : text(buffer, result);
  }

  @Test
  void anIndexStandsForItsDescriptor() throws KernelException {
    ring.ring().registerFiles(file("a", bytes("one")), file("b", bytes("two")));
    assertEquals("one", read(0));
    assertEquals("two", read(1));
  }

  @Test
  void writesGoThroughAnIndex() throws KernelException {
    ring.ring().registerFiles(file("a"));
    assertResult(3, ring.run(sqe -> sqe.write(0, memory("new"), 0).fixedFile()));
    assertResult(0, ring.run(sqe -> sqe.fsync(0).fixedFile()));
    assertArrayEquals(bytes("new"), contentOf("a"));
  }

  @Test
  void anIndexOutsideTheTableIsABadDescriptor() throws KernelException {
    ring.ring().registerFiles(file("a", bytes("one")));
    assertEquals("-EBADF", read(1));
    assertEquals("-EBADF", read(1 << 20));
    assertEquals("-EBADF", read(-1));
  }

  @Test
  void withoutATableEveryIndexIsABadDescriptor() {
    assertEquals("-EBADF", read(0));
  }

  @Test
  void aHoleIsABadDescriptorUntilItIsFilled() throws KernelException {
    ring.ring().registerFiles(-1, file("a", bytes("one")));
    assertEquals("-EBADF", read(0));
    assertEquals("one", read(1));
    ring.ring().updateFiles(0, file("b", bytes("two")));
    assertEquals("two", read(0));
  }

  @Test
  void anEntryCanBeReplacedAndEmptied() throws KernelException {
    ring.ring().registerFiles(file("a", bytes("one")), file("b", bytes("two")));
    ring.ring().updateFiles(1, file("c", bytes("three")));
    assertEquals("three", read(1));
    ring.ring().updateFiles(1, -1);
    assertEquals("-EBADF", read(1));
    assertEquals("one", read(0));
  }

  @Test
  void aNewTableReplacesTheOldOne() throws KernelException {
    ring.ring().registerFiles(file("a", bytes("one")), file("b", bytes("two")));
    ring.ring().registerFiles(file("c", bytes("three")));
    assertEquals("three", read(0));
    assertEquals("-EBADF", read(1));
  }

  @Test
  void aForgottenTableIsGone() throws KernelException {
    ring.ring().registerFiles(file("a", bytes("one")));
    ring.ring().unregisterFiles();
    assertEquals("-EBADF", read(0));
  }

  @Test
  void aRegisteredFileOutlivesItsDescriptor() throws KernelException {
    int fd = file("a", bytes("one"));
    ring.ring().registerFiles(fd);
    close(fd);
    assertEquals("one", read(0));
  }

  @Test
  void aDescriptorIsNotTakenForAnIndex() throws KernelException {
    ring.ring().registerFiles(file("a", bytes("one")));
    int fd = file("b", bytes("two"));
    MemorySegment buffer = memory(3);
    assertResult(3, ring.run(sqe -> sqe.read(fd, buffer, 0)));
    assertEquals("two", text(buffer, 3));
  }

  @Test
  void socketsAndPipesWorkByIndex() throws KernelException {
    Pipe pipe = pipe();
    ring.ring().registerFiles(pipe.read(), pipe.write());
    MemorySegment buffer = memory(4);
    long read = ring.submit(sqe -> sqe.read(0, buffer, AT_POSITION).fixedFile());
    assertResult(4, ring.run(sqe -> sqe.write(1, memory("ping"), AT_POSITION).fixedFile()));
    assertResult(4, ring.result(read));
    Sockets.Pair pair = new Sockets(this).tcpPair();
    ring.ring().registerFiles(pair.client(), pair.server());
    assertResult(4, ring.run(sqe -> sqe.send(0, memory("pong"), 0).fixedFile()));
    assertResult(4, ring.run(sqe -> sqe.recv(1, buffer, 0).fixedFile()));
    assertEquals("pong", text(buffer, 4));
    assertResult(Posix.POLLOUT, ring.run(sqe -> sqe.pollAdd(1, Posix.POLLOUT).fixedFile()));
  }

  @Test
  void anOperationInFlightKeepsTheFileThatItStartedOn() throws KernelException {
    Pipe pipe = pipe();
    ring.ring().registerFiles(pipe.read());
    MemorySegment buffer = memory(4);
    long read = ring.submit(sqe -> sqe.read(0, buffer, AT_POSITION).fixedFile());
    ring.poll();
    ring.ring().updateFiles(0, file("a", bytes("file")));
    assertResult(4, ring.run(sqe -> sqe.write(pipe.write(), memory("ping"), AT_POSITION)));
    assertResult(4, ring.result(read));
    assertEquals("ping", text(buffer, 4));
  }

  @Test
  void badTablesAreRefused() {
    Ring raw = ring.ring();
    var bad = assertThrows(KernelException.class, () -> raw.registerFiles(1 << 20));
    assertEquals(Errno.EBADF, bad.errno());
    var none = assertThrows(KernelException.class, raw::unregisterFiles);
    assertEquals(Errno.ENXIO, none.errno());
    assertThrows(KernelException.class, () -> raw.updateFiles(0, 1));
  }
}
