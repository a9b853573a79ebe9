// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the machine that runs the suite allows; a test that needs more is skipped with the reason.
 */
public final class Machine {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Machine() {}

  /** Whether permission bits do not stop this process. */
  public static boolean isRoot() {
    return lines(STATUS).stream().anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
  }

  /** Skips the test unless a file exists that only Linux has. */
  public static void requireLinuxFile(Path file) {
    assumeTrue(Files.exists(file), () -> "no " + file + " on this system");
  }

  /** Descriptors that this process may still open; a guess where procfs is missing. */
  public static int freeDescriptors() {
    int limit =
        lines(LIMITS).stream()
            .filter(line -> line.startsWith("Max open files"))
            .map(line -> line.split("\\s{2,}", -1)[1])
            .mapToInt(soft -> soft.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(soft))
            .findFirst()
            .orElse(1024);
    return limit - Math.max(openDescriptors(), 0);
  }

  /** Descriptors that this process has open, or −1 where procfs is missing. */
  public static int openDescriptors() {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return -1;
    }
    try (var entries = Files.list(DESCRIPTORS)) {
      // One of them is the listing's own.
      return (int) entries.count() - 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A temporary file system, mounted until closed. */
  public interface Mount extends AutoCloseable {
    /** Where. */
    Path folder();

    @Override
    void close();
  }

  /** Mounts a file system of this many bytes in memory, or skips the test with the reason. */
  public static Mount mountTmpfs(Path folder, long size, String... options) {
    World.requireReal("nothing can be mounted in it");
    assumeTrue(isRoot(), "not root, so no tmpfs can be mounted");
    String all = String.join(",", options);
    String error =
        run(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=" + size + (all.isEmpty() ? "" : "," + all),
            "tmpfs",
            folder.toString());
    assumeTrue(error.isEmpty(), () -> "no tmpfs can be mounted here: " + error);
    return new Mount() {
      @Override
      public Path folder() {
        return folder;
      }

      @Override
      public void close() {
        // Lazily: a descriptor that a failed test has left open must not keep it.
        String trouble = run("umount", "-l", folder.toString());
        if (!trouble.isEmpty()) {
          throw new IllegalStateException("tmpfs stays mounted at " + folder + ": " + trouble);
        }
      }
    };
  }

  /** Runs a program; returns what it printed if it failed, else an empty string. */
  static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return String.join(" ", command) + " does not end";
      }
      int exit = process.exitValue();
      return exit == 0 ? "" : output.isEmpty() ? "exit code " + exit : output;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return abort("interrupted");
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
