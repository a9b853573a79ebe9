// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertSuccess;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.Conformance;
import dev.xsc.conformance.KernelUnderTest;
import dev.xsc.conformance.World;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.KernelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What ring tests start from: a ring of the kernel under test, memory, a folder. All of it is given
 * back after the test, rings first, since a kernel may write to memory until they are closed.
 */
@ExtendWith(Conformance.class)
abstract class RingTest {
  final KernelUnderTest kernel = KernelUnderTest.get();

  /** Shared: a kernel inside the process has threads of its own. */
  final Arena arena = Arena.ofShared();

  @TempDir Path folder;

  RingTester ring;

  private final Deque<RingTester> rings = new ArrayDeque<>();
  private final Deque<Ring> rawRings = new ArrayDeque<>();
  private final Set<Integer> descriptors = new HashSet<>();

  @BeforeEach
  void openRing() {
    ring = open(options -> options);
  }

  @AfterEach
  void giveBack() {
    var calls = ring.ring().calls();
    rawRings.forEach(Ring::close);
    rings.forEach(RingTester::close);
    descriptors.forEach(calls::close);
    arena.close();
  }

  /** Another ring, with options of its own. */
  final RingTester open(UnaryOperator<RingOptions.Builder> options) {
    RingTester tester = RingTester.open(options.apply(kernel.options()).build());
    rings.push(tester);
    return tester;
  }

  /** A ring whose user data and completions are the test's own business. */
  final Ring openRaw(UnaryOperator<RingOptions.Builder> options) {
    try {
      Ring raw = Ring.open(options.apply(kernel.options()).build());
      rawRings.push(raw);
      return raw;
    } catch (KernelException e) {
      throw new AssertionError("no ring", e);
    }
  }

  final Ring openRaw() {
    return openRaw(options -> options);
  }

  /** Submits and waits until this many completions can be reaped. */
  final void awaitReady(Ring raw, int count) {
    long end = World.nanoTime() + kernel.patience().toNanos();
    while (raw.submitAndWait(count, TimeUnit.MILLISECONDS.toNanos(500)) < count) {
      assertTrue(World.nanoTime() < end, () -> "no " + count + " completions: " + raw);
    }
  }

  // ---- descriptors

  /** Checks that a descriptor was returned; it is closed after the test. */
  final int descriptor(int result) {
    descriptors.add(assertSuccess(result));
    return result;
  }

  /** The test has closed it. */
  final void forget(int fd) {
    descriptors.remove(fd);
  }

  /** Closes it, outside the ring. */
  final void close(int fd) {
    forget(fd);
    ring.ring().calls().close(fd);
  }

  final int openat(Path file, int flags) {
    MemorySegment path = path(file);
    return descriptor(
        ring.run(sqe -> sqe.openat(Posix.AT_FDCWD, path, flags | Posix.O_CLOEXEC, 0644)));
  }

  /** A file of the test's folder with these bytes, open for reading and writing. */
  final int file(String name, byte[] content) {
    return openat(write(name, content), Posix.O_RDWR);
  }

  /** An empty file, open for reading and writing. */
  final int file(String name) {
    return file(name, new byte[0]);
  }

  /** Both ends of a new pipe. */
  final Pipe pipe() {
    MemorySegment fds = memory(8);
    assertSuccess(ring.ring().calls().pipe(fds, Posix.O_CLOEXEC));
    return new Pipe(
        descriptor(fds.get(ValueLayout.JAVA_INT, 0)), descriptor(fds.get(ValueLayout.JAVA_INT, 4)));
  }

  /** Ends of a pipe. */
  record Pipe(int read, int write) {}

  // ---- files, seen from outside

  final Path write(String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final byte[] contentOf(String name) {
    try {
      return Files.readAllBytes(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- memory

  final MemorySegment memory(long size) {
    return arena.allocate(size, 8);
  }

  final MemorySegment memory(byte[] content) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
  }

  final MemorySegment memory(String content) {
    return memory(bytes(content));
  }

  /** A path for an operation. */
  final MemorySegment path(Path file) {
    return arena.allocateFrom(file.toString());
  }

  /** The path of a file in the test's folder. */
  final MemorySegment path(String name) {
    return path(folder.resolve(name));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bytes(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  static String text(MemorySegment memory, long length) {
    return new String(bytes(memory.asSlice(0, length)), StandardCharsets.UTF_8);
  }

  /** Bytes that differ from place to place, the same ones each time. */
  static byte[] pattern(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i ^ i >>> 8 ^ i >>> 16);
    }
    return bytes;
  }
}
