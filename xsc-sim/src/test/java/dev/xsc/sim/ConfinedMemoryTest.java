// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xsc.ring.Errno;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that only the ring's owner may touch, although the kernel is another thread. */
@Timeout(60)
class ConfinedMemoryTest {
  @TempDir Path folder;
  private int result;

  private static Ring open(boolean polls) throws KernelException {
    RingOptions.Builder options = RingOptions.builder().kernel(KernelKind.SIMULATOR);
    return Ring.open(polls ? options.submissionPolling(10).build() : options.build());
  }

  private int run(Ring ring) {
    while (ring.reap((_, res, _) -> result = res) == 0) {
      ring.submitAndWait(1);
    }
    return result;
  }

  private int openFile(Ring ring, Arena arena, String name) {
    MemorySegment path = arena.allocateFrom(folder.resolve(name).toString());
    ring.next().openat(Posix.AT_FDCWD, path, Posix.O_CREAT | Posix.O_RDWR, 0600);
    return run(ring);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLinkedWriteSeesWhatTheReadBeforeItLeft(boolean polls) throws Exception {
    byte[] content = new byte[10_000];
    ThreadLocalRandom.current().nextBytes(content);
    Files.write(folder.resolve("from"), content);
    try (Ring ring = open(polls);
        Arena arena = Arena.ofConfined()) {
      int from = openFile(ring, arena, "from");
      int to = openFile(ring, arena, "to");
      MemorySegment buffer = arena.allocate(1000);
      for (int at = 0; at < content.length; at += 1000) {
        ring.next().read(from, buffer, at).link();
        ring.next().write(to, buffer, at);
      }
      // One pair after the other: they share the buffer.
      for (int done = 0; done < 20; ) {
        ring.submitAndWait(1);
        done += ring.reap((_, res, _) -> assertEquals(1000, res));
      }
      ring.next().close(from);
      run(ring);
      ring.next().close(to);
      run(ring);
    }
    assertEquals(content.length, Files.size(folder.resolve("to")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCopyOneChunkAtATimeIsExact(boolean polls) throws Exception {
    byte[] content = new byte[10_000];
    ThreadLocalRandom.current().nextBytes(content);
    Files.write(folder.resolve("from"), content);
    try (Ring ring = open(polls);
        Arena arena = Arena.ofConfined()) {
      int from = openFile(ring, arena, "from");
      int to = openFile(ring, arena, "to");
      MemorySegment buffer = arena.allocate(1000);
      for (int at = 0; at < content.length; at += 1000) {
        ring.next().read(from, buffer, at).link();
        ring.next().write(to, buffer, at);
        ring.submit();
        assertEquals(1000, run(ring));
        if (ring.inFlight() > 0) {
          assertEquals(1000, run(ring));
        }
      }
      ring.next().close(from);
      run(ring);
      ring.next().close(to);
      run(ring);
    }
    assertArrayEquals(content, Files.readAllBytes(folder.resolve("to")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aShortReadLeavesTheRestAsItIs(boolean polls) throws Exception {
    Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
    try (Ring ring = open(polls);
        Arena arena = Arena.ofConfined()) {
      int fd = openFile(ring, arena, "file");
      MemorySegment buffer = arena.allocate(6).fill((byte) 9);
      ring.next().read(fd, buffer, 0);
      assertEquals(3, run(ring));
      assertArrayEquals(new byte[] {1, 2, 3, 9, 9, 9}, buffer.toArray(ValueLayout.JAVA_BYTE));
      ring.next().close(fd);
      run(ring);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anArenaThatIsClosedMeanwhileIsABadAddress(boolean polls) throws Exception {
    try (Ring ring = open(polls)) {
      MemorySegment fds = Arena.ofAuto().allocate(8, 4);
      ring.calls().pipe(fds, 0);
      try (Arena arena = Arena.ofConfined()) {
        ring.next().read(fds.get(ValueLayout.JAVA_INT, 0), arena.allocate(8), -1);
        ring.submit();
      }
      ring.calls().write(fds.get(ValueLayout.JAVA_INT, 4), Arena.ofAuto().allocate(1));
      assertEquals(-Errno.EFAULT, run(ring));
      ring.calls().close(fds.get(ValueLayout.JAVA_INT, 0));
      ring.calls().close(fds.get(ValueLayout.JAVA_INT, 4));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itCannotBeRegistered(boolean polls) throws Exception {
    try (Ring ring = open(polls);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(64);
      var e = assertThrows(KernelException.class, () -> ring.registerBuffers(List.of(memory)));
      assertEquals(Errno.EFAULT, e.errno());
    }
  }
}
