// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds a large real file that every machine has: a part of the running Java. */
public final class SampleFile {
  private static final List<String> CANDIDATES =
      List.of(
          "lib/modules", "lib/server/libjvm.so", "bin/server/jvm.dll", "lib/server/libjvm.dylib");

  private SampleFile() {}

  /** One of the candidates, or else the largest file there is. */
  public static Path find() throws IOException {
    Path home = Path.of(System.getProperty("java.home"));
    for (String candidate : CANDIDATES) {
      Path file = home.resolve(candidate);
      if (Files.isReadable(file)) {
        return file;
      }
    }
    return largest(home);
  }

  private static Path largest(Path home) throws IOException {
    Path largest = null;
    long size = -1;
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (Files.size(file) > size && Files.isReadable(file)) {
          largest = file;
          size = Files.size(file);
        }
      }
    }
    if (largest == null) {
      throw new NoSuchFileException(home.toString(), null, "no readable file in it");
    }
    return largest;
  }
}
