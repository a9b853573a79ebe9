// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.Xsc;
import dev.xsc.bench.KernelsHere;
import dev.xsc.bench.KernelsHere.OnEachKernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileCopierTest {
  private static final Shape SMALL = new Shape(4096, 4);

  @TempDir Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void name() {
    source = folder.resolve("source");
    target = folder.resolve("target");
  }

  @OnEachKernel
  void holesStayHoles(String kernel) throws IOException {
    long size = (64 << 20) + 5;
    TestFiles.sparse(source, size, 3, 1 << 20, (1 << 20) + 8000, size - 100);
    assumeTrue(occupied(source) < size / 2, "no sparse files here");
    try (Xsc xsc = KernelsHere.open(kernel)) {
      CopyResult result = copy(xsc, false, Shape.DEFAULT, Progress.NONE);
      assertEquals(size, result.bytes());
      assertTrue(result.holes() > size - (1 << 20), result::toString);
      assertEquals(-1, Files.mismatch(source, target));
    }
    assertTrue(occupied(target) < size / 2);
  }

  @OnEachKernel
  void aHoleAtTheEndIsCopied(String kernel) throws IOException {
    TestFiles.sparse(source, 1_000_000, 0);
    try (Xsc xsc = KernelsHere.open(kernel)) {
      copy(xsc, false, SMALL, Progress.NONE);
    }
    assertEquals(-1, Files.mismatch(source, target));
  }

  @OnEachKernel
  void theContentOfFilesWithoutASizeIsCopied(String kernel) throws IOException {
    source = Path.of("/proc/self/limits");
    assumeTrue(Files.exists(source), "no procfs");
    try (Xsc xsc = KernelsHere.open(kernel)) {
      copy(xsc, false, new Shape(512, 1), Progress.NONE);
    }
    assertArrayEquals(Files.readAllBytes(source), Files.readAllBytes(target));
  }

  @OnEachKernel
  void aSourceThatShrinksIsAnErrorAndLeavesNothing(String kernel) throws IOException {
    TestFiles.random(source, 1 << 20);
    AtomicBoolean cut = new AtomicBoolean();
    Progress cutting =
        (_, _, _) -> {
          if (cut.compareAndSet(false, true)) {
            resize(source, 8192);
          }
        };
    try (Xsc xsc = KernelsHere.open(kernel)) {
      FileSystemException failure =
          assertThrows(FileSystemException.class, () -> copy(xsc, false, SMALL, cutting));
      assertTrue(failure.getMessage().contains("shrank from 1048576 to 8192"), failure::getMessage);
    }
    assertEquals(List.of("source"), TestFiles.names(folder).toList());
  }

  @OnEachKernel
  void aSourceThatGrowsIsCopiedAsItWas(String kernel) throws IOException {
    byte[] before = Files.readAllBytes(TestFiles.random(source, 100_000));
    try (Xsc xsc = KernelsHere.open(kernel)) {
      CopyResult result = copy(xsc, false, SMALL, (_, _, _) -> resize(source, 100_123));
      assertEquals(123, result.left());
    }
    assertArrayEquals(before, Files.readAllBytes(target));
  }

  @OnEachKernel
  void anInterruptLeavesNothing(String kernel) throws IOException {
    TestFiles.random(source, 1 << 20);
    Thread copying = Thread.currentThread();
    try (Xsc xsc = KernelsHere.open(kernel)) {
      assertThrows(
          InterruptedIOException.class,
          () -> copy(xsc, false, SMALL, (_, _, _) -> copying.interrupt()));
      assertTrue(Thread.interrupted());
    }
    assertEquals(List.of("source"), TestFiles.names(folder).toList());
  }

  @OnEachKernel
  void aFailureLeavesTheOldTargetAsItWas(String kernel) throws IOException {
    TestFiles.random(source, 1 << 20);
    Files.writeString(target, "precious");
    Progress failing =
        (_, _, _) -> {
          throw new UncheckedIOException(new IOException("for the test"));
        };
    try (Xsc xsc = KernelsHere.open(kernel)) {
      assertThrows(UncheckedIOException.class, () -> copy(xsc, true, SMALL, failing));
    }
    assertEquals("precious", Files.readString(target));
    assertEquals(2, TestFiles.names(folder).count());
  }

  @OnEachKernel
  void aPrivateFileStaysPrivateAndAProgramAProgram(String kernel) throws IOException {
    TestFiles.random(source, 1000);
    assumeTrue(
        Files.getFileStore(source).supportsFileAttributeView("posix"), "no permissions here");
    for (String permissions : List.of("rw-------", "rwxr-xr-x", "r--------")) {
      Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
      Files.setPosixFilePermissions(source, wanted);
      try (Xsc xsc = KernelsHere.open(kernel)) {
        copy(xsc, false, SMALL, Progress.NONE);
      }
      Set<PosixFilePermission> got = Files.getPosixFilePermissions(target);
      assertTrue(wanted.containsAll(got), () -> permissions + " became " + got);
      assertTrue(got.contains(PosixFilePermission.OWNER_READ));
      assertEquals(
          wanted.contains(PosixFilePermission.OWNER_EXECUTE),
          got.contains(PosixFilePermission.OWNER_EXECUTE));
      Files.delete(target);
    }
  }

  @OnEachKernel
  void progressGoesUpToTheTotal(String kernel) throws IOException {
    TestFiles.random(source, 100_001);
    AtomicLong most = new AtomicLong();
    Progress progress =
        (_, done, total) -> {
          assertEquals(100_001, total);
          assertTrue(done <= total);
          most.accumulateAndGet(done, Math::max);
        };
    try (Xsc xsc = KernelsHere.open(kernel)) {
      copy(xsc, false, SMALL, progress);
    }
    assertEquals(100_001, most.get());
  }

  @OnEachKernel
  void aFlippedByteIsFoundAndNamed(String kernel) throws IOException {
    byte[] content = TestFiles.bytes(300_000);
    Files.write(source, content);
    try (Xsc xsc = KernelsHere.open(kernel)) {
      for (int position : new int[] {0, 4095, 4096, 299_999}) {
        byte[] other = content.clone();
        other[position] ^= 1;
        Files.write(target, other);
        FileSystemException failure =
            assertThrows(FileSystemException.class, () -> compare(xsc, content.length));
        assertTrue(failure.getMessage().endsWith("at byte " + position), failure::getMessage);
      }
      Files.write(target, content);
      compare(xsc, content.length);
    }
  }

  @OnEachKernel
  void aShorterFileIsNotTheSame(String kernel) throws IOException {
    TestFiles.random(source, 10_000);
    Files.write(target, Arrays.copyOf(TestFiles.bytes(10_000), 9_999));
    try (Xsc xsc = KernelsHere.open(kernel)) {
      assertThrows(IOException.class, () -> compare(xsc, 10_000));
    }
  }

  private CopyResult copy(Xsc xsc, boolean replace, Shape shape, Progress progress)
      throws IOException {
    assertFalse(replace && !Files.exists(target));
    return FileCopier.copy(xsc, source, target, replace, shape, progress);
  }

  private void compare(Xsc xsc, long size) throws IOException {
    FileComparer.requireSame(xsc, source, target, size, SMALL, Progress.NONE);
  }

  /** Bytes on the disk, which neither Java nor every kernel here can tell. */
  private static long occupied(Path file) throws IOException {
    Process du = new ProcessBuilder("du", "-k", file.toString()).start();
    try (BufferedReader out = du.inputReader()) {
      return Long.parseLong(out.readLine().split("\\s", 2)[0]) << 10;
    }
  }

  private static void resize(Path file, long size) {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
