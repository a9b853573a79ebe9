// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.conformance.ring.Results.assertSuccess;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.conformance.KernelUnderTest;
import dev.xsc.conformance.PropertyConformance;
import dev.xsc.conformance.World;
import dev.xsc.ring.IoVec;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** A regular file behaves as a growing array of bytes, whatever the sequence of operations. */
@AddLifecycleHook(PropertyConformance.class)
class FileModelTest {
  private static final int MAX_OFFSET = 20_000;
  private static final int MAX_LENGTH = 9_000;

  /** One operation; offset −1 is the file position. */
  record Step(Kind kind, int offset, int length, int parts, boolean async) {}

  enum Kind {
    READ,
    WRITE,
    APPEND,
    TRUNCATE,
    ALLOCATE,
    SYNC
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.oneOf(Arbitraries.just(-1), Arbitraries.integers().between(0, MAX_OFFSET)),
            Arbitraries.integers().between(0, MAX_LENGTH),
            Arbitraries.integers().between(1, 4),
            Arbitraries.of(true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 60)
  void aFileIsAnArrayOfBytes(@ForAll("steps") List<Step> steps, @ForAll long seed)
      throws IOException {
    Path folder = World.get().newFolder();
    Path file = Files.createFile(folder.resolve("file"));
    try (RingTester ring = RingTester.open(KernelUnderTest.get().options().entries(8).build());
        Arena arena = Arena.ofShared()) {
      Run run = new Run(ring, arena, file, new Random(seed));
      steps.forEach(run::step);
      assertArrayEquals(run.content, Files.readAllBytes(file));
      run.close();
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  /** The file and its model, side by side. */
  private static final class Run {
    private final RingTester ring;
    private final Arena arena;
    private final Random random;
    private final int fd;
    private final int appending;
    private byte[] content = new byte[0];
    private int position;

    Run(RingTester ring, Arena arena, Path file, Random random) {
      this.ring = ring;
      this.arena = arena;
      this.random = random;
      MemorySegment path = arena.allocateFrom(file.toString());
      fd = open(path, Posix.O_RDWR);
      appending = open(path, Posix.O_WRONLY | Posix.O_APPEND);
    }

    private int open(MemorySegment path, int flags) {
      return assertSuccess(
          ring.run(sqe -> sqe.openat(Posix.AT_FDCWD, path, flags | Posix.O_CLOEXEC, 0)));
    }

    void step(Step step) {
      switch (step.kind()) {
        case READ -> read(step);
        case WRITE -> write(step);
        case APPEND -> append(step);
        case TRUNCATE -> truncate(step.length());
        case ALLOCATE -> allocate(step);
        case SYNC -> assertResult(0, ring.run(sqe -> sqe.fdatasync(fd)));
      }
    }

    private void read(Step step) {
      MemorySegment buffer = arena.allocate(Math.max(1, step.length())).fill((byte) 0x55);
      MemorySegment target = buffer.asSlice(0, step.length());
      int at = step.offset() < 0 ? position : step.offset();
      int expected = Math.max(0, Math.min(step.length(), content.length - at));
      assertResult(expected, transfer(step, fd, target, false));
      byte[] bytes = target.toArray(ValueLayout.JAVA_BYTE);
      byte[] model = new byte[step.length()];
      Arrays.fill(model, (byte) 0x55);
      System.arraycopy(content, Math.min(at, content.length), model, 0, expected);
      assertArrayEquals(model, bytes);
      if (step.offset() < 0) {
        position += expected;
      }
    }

    private void write(Step step) {
      byte[] bytes = new byte[step.length()];
      random.nextBytes(bytes);
      assertResult(step.length(), transfer(step, fd, memory(bytes), true));
      int at = step.offset() < 0 ? position : step.offset();
      put(at, bytes);
      if (step.offset() < 0) {
        position += bytes.length;
      }
    }

    private void append(Step step) {
      byte[] bytes = new byte[step.length()];
      random.nextBytes(bytes);
      assertResult(step.length(), transfer(step, appending, memory(bytes), true));
      put(content.length, bytes);
    }

    private void truncate(int length) {
      assertResult(0, ring.run(sqe -> sqe.ftruncate(fd, length)));
      content = Arrays.copyOf(content, length);
    }

    private void allocate(Step step) {
      int offset = Math.max(0, step.offset());
      int length = step.length() + 1;
      int result = ring.run(sqe -> sqe.fallocate(fd, 0, offset, length));
      if (result == 0) {
        content = Arrays.copyOf(content, Math.max(content.length, offset + length));
      } else {
        // A file system without it changes nothing.
        assertEquals("-EOPNOTSUPP", Results.name(result));
      }
    }

    private void put(int at, byte[] bytes) {
      if (bytes.length > 0) {
        content = Arrays.copyOf(content, Math.max(content.length, at + bytes.length));
        System.arraycopy(bytes, 0, content, at, bytes.length);
      }
    }

    /** In one piece, or as a vector. */
    private int transfer(Step step, int file, MemorySegment memory, boolean write) {
      long offset = step.offset() < 0 ? Sqe.AT_POSITION : step.offset();
      return ring.run(sqe -> {
        if (step.parts() == 1) {
          Sqe filled = write ? sqe.write(file, memory, offset) : sqe.read(file, memory, offset);
          if (step.async()) {
            filled.async();
          }
          return;
        }
        IoVec vector = IoVec.of(arena, split(memory, step.parts()));
        if (write) {
          sqe.writev(file, vector, offset);
        } else {
          sqe.readv(file, vector, offset);
        }
      });
    }

    private List<MemorySegment> split(MemorySegment memory, int parts) {
      List<MemorySegment> segments = new ArrayList<>();
      long at = 0;
      for (int i = 0; i < parts; i++) {
        long end =
            i == parts - 1 ? memory.byteSize() : at + random.nextLong(memory.byteSize() - at + 1);
        segments.add(memory.asSlice(at, end - at));
        at = end;
      }
      return segments;
    }

    private MemorySegment memory(byte[] bytes) {
      return arena
          .allocate(Math.max(1, bytes.length))
          .asSlice(0, bytes.length)
          .copyFrom(MemorySegment.ofArray(bytes));
    }

    void close() {
      assertResult(0, ring.run(sqe -> sqe.close(fd)));
      assertResult(0, ring.run(sqe -> sqe.close(appending)));
    }
  }
}
