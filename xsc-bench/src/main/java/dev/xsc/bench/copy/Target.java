// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.RingFile;
import dev.xsc.Xsc;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The file that a copy writes: it is there in the end if the copy is {@link #commit committed}, and
 * else leaves nothing behind. A file that is to be replaced stays as it was until then.
 */
final class Target implements AutoCloseable {
  /** Who may execute what they may read. */
  private static final Map<PosixFilePermission, PosixFilePermission> EXECUTE =
      Map.of(
          PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

  private final Xsc xsc;
  private final Path path;
  private final Path written;
  private final RingFile file;
  private boolean committed;

  private Target(Xsc xsc, Path path, Path written) throws IOException {
    this.xsc = xsc;
    this.path = path;
    this.written = written;
    this.file = xsc.openFile(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Creates the file, which must not exist yet. */
  static Target create(Xsc xsc, Path path) throws IOException {
    return new Target(xsc, path, path);
  }

  /** Creates a file beside this one, to take its place. */
  static Target replace(Xsc xsc, Path path) throws IOException {
    // Through a symbolic link, so that the link stays.
    Path real = path.toRealPath();
    String name = "." + real.getFileName() + ".xsc-" + ProcessHandle.current().pid();
    for (int i = 0; ; i++) {
      try {
        return new Target(xsc, real, real.resolveSibling(name + "-" + i));
      } catch (FileAlreadyExistsException e) {
        if (i == 100) {
          throw e;
        }
      }
    }
  }

  RingFile file() {
    return file;
  }

  /** Gives the new file the permissions of the source, as far as the umask lets it. */
  void permissionsOf(Path source) throws IOException {
    if (!Files.getFileStore(written).supportsFileAttributeView("posix")) {
      return;
    }
    Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(written);
    EnumSet<PosixFilePermission> result = EnumSet.copyOf(allowed);
    EXECUTE.forEach((read, execute) -> {
      if (allowed.contains(read)) {
        result.add(execute);
      }
    });
    result.retainAll(Files.getPosixFilePermissions(source));
    Files.setPosixFilePermissions(written, result);
  }

  /** The file is complete. */
  void commit() throws IOException {
    file.close();
    if (!written.equals(path)) {
      xsc.rename(written, path, StandardCopyOption.REPLACE_EXISTING);
    }
    committed = true;
  }

  @Override
  public void close() throws IOException {
    if (committed) {
      return;
    }
    try {
      file.close();
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
