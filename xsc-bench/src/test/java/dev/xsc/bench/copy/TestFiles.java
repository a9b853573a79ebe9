// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/** Makes files for tests. */
public final class TestFiles {
  private TestFiles() {}

  /** Content that differs from place to place, the same each time. */
  public static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** A file of such content. */
  public static Path random(Path file, int size) throws IOException {
    return Files.write(file, bytes(size));
  }

  /** A file of holes, with some bytes here and there. */
  static Path sparse(Path file, long size, long... data) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(size);
      for (long position : data) {
        out.seek(position);
        out.write(bytes(100));
      }
    }
    return file;
  }

  /** Names of what is in a folder. */
  static Stream<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList().stream();
    }
  }
}
