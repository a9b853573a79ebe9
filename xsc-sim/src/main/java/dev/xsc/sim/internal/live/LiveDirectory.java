// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.DirectoryFile;
import dev.xsc.sim.internal.FileStat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An open directory: its path, since NIO has no calls that start from a descriptor. Immutable. */
final class LiveDirectory implements DirectoryFile {
  private final Path path;

  LiveDirectory(Path path) {
    this.path = path.toAbsolutePath();
  }

  Path path() {
    return path;
  }

  @Override
  public void force() throws IOException {
    if (LiveDisk.WINDOWS) {
      // Directories cannot be opened there, and their entries need no call of their own.
      return;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void stat(FileStat to) throws IOException {
    Attributes.read(path, true, to);
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return path.toString();
  }
}
