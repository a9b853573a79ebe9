// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.XscAbi;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Operations that wait for a file while it, or the ring, is closed. */
@Timeout(60)
class ParkedTest {
  @TempDir Path folder;
  private final Arena arena = Arena.ofShared();
  private final SimulatorProvider provider = SimulatorProvider.isolated();
  private RawRing ring;

  @BeforeEach
  void open() throws Exception {
    ring = new RawRing(provider, RingOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    ring.close();
    assertEquals(0, provider.openDescriptors(), "descriptors left open");
    arena.close();
  }

  private int[] pipe() {
    MemorySegment fds = arena.allocate(8, 4);
    assertEquals(0, ring.kernel.calls().pipe(fds, 0));
    return fds.toArray(ValueLayout.JAVA_INT);
  }

  private RawRing.Entry transfer(int opcode, long userData, int fd, MemorySegment buffer) {
    return ring.next(opcode, userData).fd(fd).buffer(buffer);
  }

  @Test
  void aFileStaysForTheOperationThatWaitsForIt() {
    int[] pipe = pipe();
    MemorySegment to = arena.allocate(8);
    transfer(XscAbi.OP_READ, 1, pipe[0], to);
    ring.submit();
    ring.next(XscAbi.OP_CLOSE, 2).fd(pipe[0]);
    assertEquals(0, ring.run());
    ring.next(XscAbi.OP_NOP, 3);
    ring.submit();
    assertEquals("[3=0]", ring.await(1).toString());
    transfer(XscAbi.OP_WRITE, 4, pipe[1], arena.allocateFrom("abc"));
    ring.submit();
    ring.await(2);
    assertEquals("abc", to.getString(0));
    // Now that it is gone, nobody can read.
    transfer(XscAbi.OP_WRITE, 5, pipe[1], arena.allocateFrom("abc"));
    assertEquals(-Errno.EPIPE, ring.run());
    ring.kernel.calls().close(pipe[1]);
  }

  @Test
  void aDescriptorIsFreeAtOnceAndTheLowestIsTaken() {
    int[] first = pipe();
    int[] second = pipe();
    transfer(XscAbi.OP_READ, 1, first[0], arena.allocate(8));
    ring.submit();
    ring.next(XscAbi.OP_CLOSE, 2).fd(first[0]);
    ring.run();
    int[] third = pipe();
    assertEquals(first[0], third[0]);
    // The number is another file's now: closing it does not end what waits for the old one.
    for (int fd : new int[] {first[1], second[0], second[1], third[0], third[1]}) {
      assertEquals(0, ring.kernel.calls().close(fd));
    }
    assertEquals("[1=0]", ring.await(1).toString());
  }

  @Test
  void readersOfOneFileAreServedInOrder() {
    int[] pipe = pipe();
    MemorySegment[] to = new MemorySegment[50];
    for (int i = 0; i < to.length; i++) {
      to[i] = arena.allocate(1);
      transfer(XscAbi.OP_READ, i, pipe[0], to[i]);
    }
    ring.submit();
    MemorySegment from = arena.allocate(to.length);
    for (int i = 0; i < to.length; i++) {
      from.set(ValueLayout.JAVA_BYTE, i, (byte) i);
    }
    transfer(XscAbi.OP_WRITE, 100, pipe[1], from);
    ring.submit();
    ring.await(to.length + 1);
    for (int i = 0; i < to.length; i++) {
      assertEquals(i, to[i].get(ValueLayout.JAVA_BYTE, 0));
    }
    ring.kernel.calls().close(pipe[0]);
    ring.kernel.calls().close(pipe[1]);
  }

  @Test
  void twoRingsMayWaitForOneFile() throws Exception {
    int[] pipe = pipe();
    try (RawRing other = new RawRing(provider, RingOptions.DEFAULT)) {
      transfer(XscAbi.OP_READ, 1, pipe[0], arena.allocate(1));
      ring.submit();
      other.next(XscAbi.OP_READ, 2).fd(pipe[0]).buffer(arena.allocate(1));
      other.submit();
      other.next(XscAbi.OP_WRITE, 3).fd(pipe[1]).buffer(arena.allocate(2));
      other.submit();
      assertEquals("[1=1]", ring.await(1).toString());
      other.await(2);
    }
    ring.kernel.calls().close(pipe[0]);
    ring.kernel.calls().close(pipe[1]);
  }

  @Test
  void anIsolatedProviderHasDescriptorsOfItsOwn() throws Exception {
    int[] pipe = pipe();
    try (RawRing other = new RawRing(RingOptions.DEFAULT)) {
      other.next(XscAbi.OP_CLOSE, 1).fd(pipe[0]);
      assertEquals(-Errno.EBADF, other.run());
    }
    ring.kernel.calls().close(pipe[0]);
    ring.kernel.calls().close(pipe[1]);
  }

  @Test
  void callsOutsideTheRingBlockAsTheDescriptorDoes() throws InterruptedException {
    int[] pipe = pipe();
    MemorySegment to = arena.allocate(4);
    int[] result = {0};
    Thread reader =
        Thread.ofPlatform().start(() -> result[0] = ring.kernel.calls().read(pipe[0], to));
    Thread.currentThread().interrupt();
    assertEquals(4, ring.kernel.calls().write(pipe[1], arena.allocateFrom("abc")));
    assertTrue(Thread.interrupted(), "an interrupt stays");
    reader.join();
    assertEquals(4, result[0]);
    ring.kernel.calls().close(pipe[0]);
    ring.kernel.calls().close(pipe[1]);
  }

  // ---- FIFOs: blocking files, for which workers wait

  private MemorySegment fifo() throws IOException, InterruptedException {
    Path path = folder.resolve("fifo");
    Process process = new ProcessBuilder("mkfifo", path.toString()).start();
    assumeTrue(
        process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0, "mkfifo is missing");
    return arena.allocateFrom(path.toString());
  }

  private void openat(long userData, MemorySegment path, int flags) {
    ring.next(XscAbi.OP_OPENAT, userData)
        .fd(Posix.AT_FDCWD)
        .address(path.address())
        .opFlags(flags)
        .reference(path);
  }

  @Test
  void theEndsOfAFifoMeetAndPassBytes() throws Exception {
    MemorySegment path = fifo();
    openat(1, path, Posix.O_RDONLY);
    openat(2, path, Posix.O_WRONLY);
    ring.submit();
    int reader = 0;
    int writer = 0;
    for (RawRing.Cqe cqe : ring.await(2)) {
      assertTrue(cqe.result() >= 0, cqe::toString);
      if (cqe.userData() == 1) {
        reader = cqe.result();
      } else {
        writer = cqe.result();
      }
    }
    MemorySegment to = arena.allocate(8);
    transfer(XscAbi.OP_READ, 3, reader, to);
    transfer(XscAbi.OP_WRITE, 4, writer, arena.allocateFrom("abc"));
    ring.submit();
    ring.await(2);
    assertEquals("abc", to.getString(0));

    // A read that a worker hangs in can be cancelled, and the FIFO used on.
    transfer(XscAbi.OP_READ, 5, reader, to);
    ring.submit();
    Thread.sleep(50);
    ring.next(XscAbi.OP_CANCEL, 6).address(5);
    ring.submit();
    assertEquals("[6=EALREADY, 5=ECANCELED]", ring.await(2).toString());
    transfer(XscAbi.OP_WRITE, 7, writer, arena.allocateFrom("def"));
    assertEquals(4, ring.run());
    transfer(XscAbi.OP_READ, 8, reader, to);
    assertEquals(4, ring.run());
    assertEquals("def", to.getString(0));
    ring.kernel.calls().close(reader);
    ring.kernel.calls().close(writer);
  }

  @Test
  void aRingWhoseWorkersHangCanBeClosed() throws Exception {
    MemorySegment path = fifo();
    openat(1, path, Posix.O_RDONLY);
    openat(2, path, Posix.O_RDONLY);
    ring.submit();
    // More than the ordinary workers: others are called up, and do this.
    openat(3, arena.allocateFrom(folder.toString()), Posix.O_RDONLY);
    ring.submit();
    int fd = ring.await(1).getFirst().result();
    assertTrue(fd >= 0);
    ring.kernel.calls().close(fd);
    // close() cancels the rest, which nobody will ever open the other end for.
  }
}
