// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.bench.KernelsHere.OnEachKernel;
import dev.xsc.bench.copy.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class CopyCommandTest {
  @TempDir Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void name() {
    source = folder.resolve("source");
    target = folder.resolve("target");
  }

  @OnEachKernel
  void everySizeIsCopied(String kernel) throws IOException {
    int block = 4096;
    for (int size :
        new int[] {0, 1, block - 1, block, block + 1, 3 * block, 100 * block + 17, 1 << 20}) {
      TestFiles.random(source, size);
      Cli result = copy(kernel, "--block-size", "4K", "--depth", "7", "--verify", "--force");
      assertEquals(0, result.exit(), result::toString);
      assertEquals(-1, Files.mismatch(source, target), () -> size + " bytes: " + result);
      assertTrue(result.out().contains("verified"), result::toString);
    }
  }

  @OnEachKernel
  void theSummaryNamesBytesOperationsAndKernel(String kernel) throws IOException {
    TestFiles.random(source, 10_000);
    Cli result = copy(kernel, "--block-size", "1000");
    assertTrue(result.out().startsWith("copied 9.8 KiB in "), result::toString);
    // Ten reads and ten writes, and some to open, ask and close.
    assertTrue(result.out().matches("(?s).* 2\\d operations, .*"), result::toString);
    assertTrue(result.out().contains(kernel), result::toString);
    assertEquals("", result.err());
  }

  @OnEachKernel
  void anExistingTargetIsLeftAlone(String kernel) throws IOException {
    TestFiles.random(source, 1000);
    Files.writeString(target, "precious");
    refused(copy(kernel), "exists already; --force replaces it");
    assertEquals("precious", Files.readString(target));
  }

  @OnEachKernel
  void anExistingTargetIsReplacedByForce(String kernel) throws IOException {
    byte[] content = Files.readAllBytes(TestFiles.random(source, 1000));
    Files.write(target, TestFiles.bytes(5000));
    Cli result = copy(kernel, "--force");
    assertEquals(0, result.exit(), result::toString);
    assertArrayEquals(content, Files.readAllBytes(target));
    assertEquals(List.of("source", "target"), names());
  }

  @OnEachKernel
  void aLinkToTheTargetStaysALink(String kernel) throws IOException {
    TestFiles.random(source, 1000);
    Path behind = Files.writeString(folder.resolve("behind"), "old");
    Files.createSymbolicLink(target, behind);
    assertEquals(0, copy(kernel, "--force").exit());
    assertTrue(Files.isSymbolicLink(target));
    assertEquals(-1, Files.mismatch(source, behind));
  }

  @OnEachKernel
  void aFileIsNotCopiedOntoItself(String kernel) throws IOException {
    TestFiles.random(source, 1000);
    Files.createLink(target, source);
    refused(copy(kernel, "--force"), "is the same file");
    assertEquals(1000, Files.size(source));
  }

  @OnEachKernel
  void directoriesAreRefused(String kernel) throws IOException {
    Files.createDirectory(source);
    refused(copy(kernel), "source: not a regular file");
    assertFalse(Files.exists(target));
    Files.delete(source);
    TestFiles.random(source, 1);
    Files.createDirectory(target);
    refused(copy(kernel, "--force"), "target: not a regular file");
  }

  @OnEachKernel
  void aMissingFolderIsNamed(String kernel) throws IOException {
    TestFiles.random(source, 1000);
    target = folder.resolve("none/target");
    refused(copy(kernel), "none/target: no such file or directory");
  }

  @OnEachKernel
  void aMissingSourceLeavesNoTarget(String kernel) {
    refused(copy(kernel), "source: no such file or directory");
    assertFalse(Files.exists(target));
  }

  @OnEachKernel
  void aFullDiskIsNamedAndLeavesNothing(String kernel) throws Exception {
    TestFiles.random(source, 4 << 20);
    Path disk = Files.createDirectory(folder.resolve("disk"));
    String[] mount = {"mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()};
    assumeTrue(succeeds(mount), "no tmpfs can be mounted here");
    try {
      target = disk.resolve("target");
      refused(copy(kernel), "disk/target: no space left on the device");
      assertFalse(Files.exists(target));
    } finally {
      assertTrue(succeeds("umount", disk.toString()));
    }
  }

  private static boolean succeeds(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  private Cli copy(String kernel, String... options) {
    String[] fixed = {"copy", "--kernel", kernel, source.toString(), target.toString()};
    return Cli.run(Stream.concat(Stream.of(fixed), Stream.of(options)).toArray(String[]::new));
  }

  private static void refused(Cli result, String why) {
    assertEquals(1, result.exit(), result::toString);
    assertEquals(1, result.err().lines().count(), result::toString);
    assertTrue(result.err().contains(why), result::toString);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
