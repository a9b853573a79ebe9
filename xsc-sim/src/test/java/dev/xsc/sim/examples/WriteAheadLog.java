// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.examples;

import dev.xsc.IoArena;
import dev.xsc.IoBuffer;
import dev.xsc.RingFile;
import dev.xsc.Xsc;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A log of numbers in segments of a few records each: what {@link #append} has returned for
 * survives a power cut. One thread.
 */
class WriteAheadLog implements AutoCloseable {
  /** Records of a segment. */
  static final int SEGMENT = 4;

  private static final int RECORD = 2 * Long.BYTES;
  private static final long SALT = 0x9e37_79b9_7f4a_7c15L;

  private final Xsc xsc;
  private final Path folder;
  private final IoArena arena;
  private final IoBuffer record;
  private RingFile segment;
  private int appended;

  /** A log without records, in an empty folder. */
  WriteAheadLog(Xsc xsc, Path folder) throws IOException {
    this.xsc = xsc;
    this.folder = folder;
    arena = xsc.openArena();
    record = arena.allocate(RECORD);
    segment = newSegment(0);
  }

  /** Appends a number; it is safe when this returns. */
  void append(long number) throws IOException {
    if (appended > 0 && appended % SEGMENT == 0) {
      segment.close();
      segment = newSegment(appended / SEGMENT);
    }
    record.putLong(0, number).putLong(Long.BYTES, number ^ SALT);
    segment.writeFully(record, (long) (appended % SEGMENT) * RECORD);
    segment.force(false);
    appended++;
  }

  private RingFile newSegment(int index) throws IOException {
    RingFile file =
        xsc.openFile(
            folder.resolve("segment-" + index),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
    keepName(xsc, folder);
    return file;
  }

  /** A new file's name is part of its folder, and safe only when that is. */
  void keepName(Xsc xsc, Path folder) throws IOException {
    try (RingFile names = xsc.openFile(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /** The numbers in the log of this folder, up to the first that is missing or damaged. */
  static List<Long> recover(Xsc xsc, Path folder) throws IOException {
    List<Long> numbers = new ArrayList<>();
    try (IoArena arena = xsc.openArena()) {
      IoBuffer record = arena.allocate(RECORD);
      while (true) {
        Path path = folder.resolve("segment-" + numbers.size() / SEGMENT);
        try (RingFile segment = xsc.openFile(path, StandardOpenOption.READ)) {
          for (int i = 0; i < SEGMENT; i++) {
            segment.readFully(record, (long) i * RECORD);
            if ((record.getLong(0) ^ SALT) != record.getLong(Long.BYTES)) {
              return numbers;
            }
            numbers.add(record.getLong(0));
          }
        } catch (NoSuchFileException | EOFException _) {
          return numbers;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    segment.close();
    arena.close();
  }

  /** The same with a bug: the sync of the folder is missing. */
  static final class Forgetful extends WriteAheadLog {
    Forgetful(Xsc xsc, Path folder) throws IOException {
      super(xsc, folder);
    }

    @Override
    void keepName(Xsc xsc, Path folder) {
      // Planted: the file is synced, so nothing more seems to be needed.
    }
  }
}
