// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.Errno;
import dev.xsc.ring.IoVec;
import dev.xsc.ring.MsgHdr;
import dev.xsc.ring.Posix;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.SockAddr;
import dev.xsc.ring.Statx;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An address counts only if the object that was left with it bears it out. */
class BadAddressTest {
  private static final int BAD = -Errno.EFAULT;

  @TempDir Path folder;
  private final Arena arena = Arena.ofShared();
  private RawRing ring;
  private int fd;

  @BeforeEach
  void open() throws Exception {
    ring = new RawRing(RingOptions.DEFAULT);
    MemorySegment path = arena.allocateFrom(folder.resolve("file").toString());
    ring.next(XscAbi.OP_OPENAT, 0)
        .fd(Posix.AT_FDCWD)
        .opFlags(Posix.O_CREAT | Posix.O_RDWR)
        .u32(24, 0644)
        .address(path.address())
        .reference(path);
    fd = ring.run();
    ring.next(XscAbi.OP_PWRITE, 0).fd(fd).buffer(arena.allocate(100));
    assertEquals(100, ring.run());
  }

  @AfterEach
  void close() {
    ring.close();
    arena.close();
  }

  private RawRing.Entry read() {
    return ring.next(XscAbi.OP_PREAD, 0).fd(fd);
  }

  @Test
  void anAddressWithoutAnObjectIsBad() {
    read().address(arena.allocate(8).address()).len(8);
    assertEquals(BAD, ring.run());
  }

  @Test
  void anAddressOtherThanTheObjectsIsBad() {
    MemorySegment segment = arena.allocate(64);
    read().buffer(segment).address(segment.address() + 8).len(8);
    assertEquals(BAD, ring.run());
  }

  @Test
  void aLengthBeyondTheObjectIsBad() {
    read().buffer(arena.allocate(8)).len(9);
    assertEquals(BAD, ring.run());
  }

  @Test
  void aLengthBelowTheObjectsIsTaken() {
    MemorySegment segment = arena.allocate(8).fill((byte) 7);
    read().buffer(segment).len(3);
    assertEquals(3, ring.run());
    assertEquals(0, segment.get(ValueLayout.JAVA_BYTE, 2));
    assertEquals(7, segment.get(ValueLayout.JAVA_BYTE, 3));
  }

  @Test
  void noBytesNeedNoAddress() {
    read();
    assertEquals(0, ring.run());
  }

  @Test
  void memoryOnTheHeapIsBad() {
    read().address(0).len(8).reference(MemorySegment.ofArray(new byte[8]));
    assertEquals(BAD, ring.run());
  }

  @Test
  void anObjectOfTheWrongKindIsBad() {
    IoVec vector = IoVec.of(arena, List.of(arena.allocate(8)));
    read().address(vector.array().address()).len(1).reference(vector);
    assertEquals(BAD, ring.run());
    read().address(0x1000).len(1).reference("text");
    assertEquals(BAD, ring.run());
  }

  @Test
  void memoryOfAClosedArenaIsBad() {
    Arena closed = Arena.ofShared();
    MemorySegment segment = closed.allocate(8);
    closed.close();
    read().buffer(segment);
    assertEquals(BAD, ring.run());
    ring.next(XscAbi.OP_PWRITE, 0).fd(fd).buffer(segment);
    assertEquals(BAD, ring.run());
    ring.next(XscAbi.OP_TIMEOUT, 0).address(segment.address()).reference(segment);
    assertEquals(BAD, ring.run());
  }

  @Test
  void confinedMemoryOfAnotherThreadIsBad() throws InterruptedException {
    MemorySegment[] segment = new MemorySegment[1];
    Thread other = new Thread(() -> segment[0] = Arena.ofConfined().allocate(8));
    other.start();
    other.join();
    read().buffer(segment[0]);
    assertEquals(BAD, ring.run());
  }

  @Test
  void readingIntoReadOnlyMemoryIsBadAndWritingFromItIsNot() {
    MemorySegment segment = arena.allocate(8).asReadOnly();
    read().buffer(segment);
    assertEquals(BAD, ring.run());
    ring.next(XscAbi.OP_PWRITE, 0).fd(fd).buffer(segment);
    assertEquals(8, ring.run());
  }

  @Test
  void aVectorWhoseWordsNameOtherMemoryIsBad() {
    IoVec vector = IoVec.of(arena, List.of(arena.allocate(8), arena.allocate(8)));
    vector
        .array()
        .set(ValueLayout.JAVA_LONG, 16, vector.array().get(ValueLayout.JAVA_LONG, 16) + 1);
    ring.next(XscAbi.OP_PREADV, 0)
        .fd(fd)
        .address(vector.array().address())
        .len(2)
        .reference(vector);
    assertEquals(BAD, ring.run());
    IoVec longer = IoVec.of(arena, List.of(arena.allocate(8)));
    longer.array().set(ValueLayout.JAVA_LONG, 8, 9);
    ring.next(XscAbi.OP_PREADV, 0)
        .fd(fd)
        .address(longer.array().address())
        .len(1)
        .reference(longer);
    assertEquals(BAD, ring.run());
  }

  @Test
  void aVectorLongerThanItsObjectIsBad() {
    IoVec vector = IoVec.of(arena, List.of(arena.allocate(8)));
    ring.next(XscAbi.OP_PREADV, 0)
        .fd(fd)
        .address(vector.array().address())
        .len(2)
        .reference(vector);
    assertEquals(BAD, ring.run());
    ring.next(XscAbi.OP_PREADV, 0)
        .fd(fd)
        .address(vector.array().address())
        .len(1025)
        .reference(vector);
    assertEquals(-Errno.EINVAL, ring.run());
  }

  @Test
  void aMessageWhoseHeaderNamesOtherMemoryIsBad() {
    ring.next(XscAbi.OP_SOCKET, 0).fd(SockAddr.AF_INET).len(Posix.SOCK_DGRAM);
    int socket = ring.run();
    MsgHdr message = MsgHdr.of(arena, List.of(arena.allocate(8)));
    message.header().set(ValueLayout.JAVA_LONG, 16, 4096);
    ring.next(XscAbi.OP_RECVMSG, 0)
        .fd(socket)
        .address(message.header().address())
        .reference(message);
    assertEquals(BAD, ring.run());
    MsgHdr named = MsgHdr.of(arena, List.of(arena.allocate(8)));
    named.header().set(ValueLayout.JAVA_INT, 8, SockAddr.MAX_SIZE + 1);
    ring.next(XscAbi.OP_SENDMSG, 0).fd(socket).address(named.header().address()).reference(named);
    assertEquals(BAD, ring.run());
  }

  @Test
  void bothAddressesOfAPairAreChecked() {
    MemorySegment path = arena.allocateFrom("/");
    MemorySegment out = arena.allocate(Statx.SIZE, 8);
    MemorySegment[] pair = {path, out};
    statx(path.address(), out.address(), pair);
    assertEquals(0, ring.run());
    statx(path.address() + 1, out.address(), pair);
    assertEquals(BAD, ring.run());
    statx(path.address(), out.address() + 8, pair);
    assertEquals(BAD, ring.run());
    statx(path.address(), out.address(), new MemorySegment[] {path});
    assertEquals(BAD, ring.run());
    MemorySegment small = arena.allocate(Statx.SIZE - 8, 8);
    statx(path.address(), small.address(), new MemorySegment[] {path, small});
    assertEquals(BAD, ring.run());
  }

  private void statx(long path, long out, MemorySegment[] pair) {
    ring.next(XscAbi.OP_STATX, 0)
        .fd(Posix.AT_FDCWD)
        .address(path)
        .off(out)
        .len(Statx.BASIC)
        .reference(pair);
  }

  @Test
  void aPathThatDoesNotEndIsBad() {
    MemorySegment path = arena.allocate(4).fill((byte) 'x');
    ring.next(XscAbi.OP_UNLINKAT, 0).fd(Posix.AT_FDCWD).address(path.address()).reference(path);
    assertEquals(BAD, ring.run());
    MemorySegment longest = arena.allocate(5000).fill((byte) 'x');
    ring.next(XscAbi.OP_UNLINKAT, 0)
        .fd(Posix.AT_FDCWD)
        .address(longest.address())
        .reference(longest);
    assertEquals(-Errno.ENAMETOOLONG, ring.run());
  }

  @Test
  void aTransferOutsideTheRegisteredBufferIsBad() throws Exception {
    MemorySegment buffer = arena.allocate(64);
    ring.kernel.registerBuffers(List.of(buffer));
    fixed(buffer.address() + 60, 8, 0);
    assertEquals(BAD, ring.run());
    fixed(buffer.address() - 1, 8, 0);
    assertEquals(BAD, ring.run());
    fixed(buffer.address(), 8, 1);
    assertEquals(BAD, ring.run());
    fixed(buffer.address() + 56, 8, 0);
    assertEquals(8, ring.run());
  }

  private void fixed(long address, int length, int index) {
    ring.next(XscAbi.OP_READ_FIXED, 0).fd(fd).address(address).len(length).u16(40, index);
  }

  @Test
  void theKernelKeepsNoObjectAlive() {
    read().buffer(arena.allocate(8));
    ring.run();
    for (Object reference : ring.references()) {
      assertEquals(null, reference);
    }
  }
}
