// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The C side of the comparison: {@code ringbench.c}, compiled on the machine where it is to run,
 * and kept in the user's cache.
 *
 * @param executable the program
 * @param compiler first line of what the compiler says of itself
 */
public record CProgram(Path executable, String compiler) {
  private static final String SOURCE = "/dev/xsc/bench/c/ringbench.c";
  private static final List<String> FLAGS = List.of("-O2", "-Wall", "-Wextra", "-Werror");

  /** A compiler on the {@code PATH}, if there is one. */
  public static Optional<Path> findCompiler() {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .map(folder -> Path.of(folder, "cc"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The user's cache folder for this, which may not exist yet. */
  public static Path cacheFolder() {
    String cache = System.getenv("XDG_CACHE_HOME");
    if (cache == null || cache.isBlank()) {
      cache = Path.of(System.getProperty("user.home"), ".cache").toString();
    }
    return Path.of(cache, "xsc");
  }

  /**
   * Compiles the program, unless this compiler has done so before.
   *
   * @param folder where the program is kept; made if need be
   * @throws IOException with what the compiler said, if it refused
   */
  public static CProgram compile(Path compiler, Path folder) throws IOException {
    byte[] source = source();
    String version = run(List.of(compiler.toString(), "--version")).lines().findFirst().orElse("?");
    Files.createDirectories(folder);
    Path executable = folder.resolve("ringbench-" + fingerprint(source, version));
    if (!Files.isExecutable(executable)) {
      compile(compiler, source, executable);
    }
    return new CProgram(executable, version);
  }

  private static void compile(Path compiler, byte[] source, Path executable) throws IOException {
    Path folder = executable.toAbsolutePath().getParent();
    Path draft =
        Files.createTempFile(
            folder,
            "ringbench",
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path text = Files.createTempFile(folder, "ringbench", ".c");
    try {
      Files.write(text, source);
      List<String> command = new ArrayList<>(List.of(compiler.toString()));
      command.addAll(FLAGS);
      command.addAll(List.of("-o", draft.toString(), text.toString()));
      run(command);
      // At once, so that a run beside this one never starts half a program.
      Files.move(draft, executable, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(text);
      Files.deleteIfExists(draft);
    }
  }

  private static byte[] source() throws IOException {
    try (InputStream in = CProgram.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new FileNotFoundException("resource " + SOURCE + " is missing: build with Maven");
      }
      return in.readAllBytes();
    }
  }

  /** Standard output and error of a command that succeeds. */
  private static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException(
            String.join(" ", command) + " failed with exit code " + exit + ":\n" + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while compiling");
    }
    return output;
  }

  private static String fingerprint(byte[] source, String compiler) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(source);
      digest.update((compiler + FLAGS).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
