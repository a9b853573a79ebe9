// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Posix;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.DirectoryFile;
import dev.xsc.sim.internal.Disk;
import dev.xsc.sim.internal.DiskFile;
import dev.xsc.sim.internal.Errors;
import dev.xsc.sim.internal.det.Choices;
import dev.xsc.sim.internal.det.Faults;
import dev.xsc.sim.internal.det.SeededChoices;
import dev.xsc.sim.internal.det.Timeline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the tests of the disk have in common: a disk, and short calls on it. */
final class DiskWorld {
  static final int RDWR_NEW = Posix.O_RDWR | Posix.O_CREAT;

  final Choices choices;
  final Faults faults;
  SimDisk disk;

  DiskWorld(long seed, FaultPlan plan, DiskOptions options) {
    choices = new SeededChoices(seed);
    faults = new Faults(plan, choices);
    disk = new SimDisk(new Timeline(choices, 0), faults, options, new PagePool());
  }

  DiskWorld(FaultPlan plan) {
    this(1, plan, DiskOptions.USUAL);
  }

  /** Cuts the power and mounts what is left. */
  void crash() {
    disk.powerCut();
    disk = disk.recover();
  }

  static byte[] path(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  DiskFile file(String name) throws IOException {
    return open(name, RDWR_NEW);
  }

  DiskFile open(String name, int flags) throws IOException {
    return (DiskFile) disk.open(null, path(name), flags, 0644);
  }

  void syncFolder(String name) throws IOException {
    try (var folder = new Closing(disk, name)) {
      folder.directory.force();
    }
  }

  boolean exists(String name) {
    return errno(() -> disk.stat(null, path(name), false, new dev.xsc.sim.internal.FileStat()))
        == 0;
  }

  String[] list(String name) throws IOException {
    return disk.list(path(name));
  }

  static int write(DiskFile file, byte[] bytes, long offset) throws IOException {
    return file.write(MemorySegment.ofArray(bytes), offset);
  }

  static byte[] read(DiskFile file, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    int n = file.read(MemorySegment.ofArray(bytes), offset);
    return Arrays.copyOf(bytes, n);
  }

  byte[] content(String name) throws IOException {
    DiskFile file = open(name, Posix.O_RDONLY);
    byte[] all = read(file, 0, (int) file.size());
    file.close();
    return all;
  }

  /** {@code length} bytes of one value. */
  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** A call that may fail. */
  interface Call {
    void run() throws IOException;
  }

  /** The error number that a call fails with, or 0. */
  static int errno(Call call) {
    try {
      call.run();
      return 0;
    } catch (IOException | RuntimeException e) {
      return Errors.errno(e);
    }
  }

  private record Closing(DirectoryFile directory) implements AutoCloseable {
    Closing(Disk disk, String name) throws IOException {
      this((DirectoryFile) disk.open(null, path(name), Posix.O_RDONLY | Posix.O_DIRECTORY, 0));
    }

    @Override
    public void close() throws IOException {
      directory.close();
    }
  }
}
