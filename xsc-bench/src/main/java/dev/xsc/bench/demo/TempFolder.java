// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.demo;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is gone when closed, with the files in it. */
public final class TempFolder implements AutoCloseable {
  private final Path path;

  private TempFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes one.
   *
   * @param room bytes that must be free there
   */
  public static TempFolder make(long room) throws IOException {
    TempFolder folder = new TempFolder(Files.createTempDirectory("xsc-demo"));
    long free = Files.getFileStore(folder.path).getUsableSpace();
    if (free < room) {
      folder.close();
      throw new FileSystemException(
          folder.path.toString(),
          null,
          "needs "
              + room
              + " bytes, has "
              + free
              + "; choose another place with"
              + " XSC_JAVA_OPTS=-Djava.io.tmpdir=DIR");
    }
    return folder;
  }

  /** Where. */
  public Path path() {
    return path;
  }

  /** A file in it, which need not exist. */
  public Path file(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(path)) {
      files = entries.toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(path);
  }
}
