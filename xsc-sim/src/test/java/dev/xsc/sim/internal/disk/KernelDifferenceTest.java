// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.DirectoryFile;
import dev.xsc.sim.internal.Disk;
import dev.xsc.sim.internal.DiskFile;
import dev.xsc.sim.internal.Errors;
import dev.xsc.sim.internal.FileObject;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.det.SplitMix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** The same calls on the simulated disk and on this machine's kernel give the same results. */
@AddLifecycleHook(OnLinux.class)
class KernelDifferenceTest {
  private static final String[] NAMES = {
    "a",
    "b",
    "a/b",
    "a/c",
    "b/a",
    "a/b/c",
    "a/b/d",
    "link",
    "link/b",
    "loop",
    "a/",
    "b/",
    "c/",
    ".",
    "..",
    "a/.",
    "a/..",
    "a/../b",
    "missing/x",
    "dangling",
    "a/b/../c",
    "a//b",
    "c"
  };
  private static final int[] FLAGS = {
    Posix.O_RDONLY,
    Posix.O_WRONLY,
    Posix.O_RDWR,
    Posix.O_RDWR | Posix.O_CREAT,
    Posix.O_WRONLY | Posix.O_CREAT | Posix.O_TRUNC,
    Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL,
    Posix.O_WRONLY | Posix.O_APPEND | Posix.O_CREAT,
    Posix.O_RDONLY | Posix.O_DIRECTORY,
    Posix.O_RDONLY | Posix.O_NOFOLLOW,
    Posix.O_RDWR | Posix.O_TRUNC,
    Posix.O_RDWR | Posix.O_TMPFILE,
    Posix.O_RDONLY | Posix.O_CREAT | Posix.O_DIRECTORY
  };

  private static final int[] MODES = {
    0,
    Posix.FALLOC_FL_KEEP_SIZE,
    Posix.FALLOC_FL_KEEP_SIZE | Posix.FALLOC_FL_PUNCH_HOLE,
    Posix.FALLOC_FL_ZERO_RANGE,
    Posix.FALLOC_FL_ZERO_RANGE | Posix.FALLOC_FL_KEEP_SIZE
  };

  /** One of the two sides: results as text. */
  private static final class Side implements AutoCloseable {
    final Disk disk;
    final DirectoryFile base;
    final List<FileObject> open = new ArrayList<>();

    Side(Disk disk, Path folder) throws IOException {
      this.disk = disk;
      byte[] path = folder.toString().getBytes(StandardCharsets.UTF_8);
      base = (DirectoryFile) disk.open(null, path, Posix.O_RDONLY | Posix.O_DIRECTORY, 0);
    }

    interface Call {
      String run() throws IOException;
    }

    static String result(Call call) {
      try {
        return call.run();
      } catch (IOException | RuntimeException e) {
        return Errno.name(Errors.errno(e));
      }
    }

    String step(long seed) {
      SplitMix random = new SplitMix(seed);
      int kind = (int) random.next(14);
      byte[] path = name(random);
      byte[] other = name(random);
      int offset = (int) random.next(20_000);
      int length = 1 + (int) random.next(9_000);
      FileObject chosen =
          open.isEmpty() ? null : open.get((int) random.next(Math.min(open.size(), 8)));
      return kind
          + " "
          + new String(path, StandardCharsets.UTF_8)
          + " "
          + new String(other, StandardCharsets.UTF_8)
          + ": "
          + result(() ->
              switch (kind) {
                case 0 -> {
                  disk.makeDirectory(base, path, 0755);
                  yield "made";
                }
                case 1 -> {
                  disk.unlink(base, path, random.next(2) == 0);
                  yield "gone";
                }
                case 2, 3 -> {
                  disk.rename(base, path, base, other, (int) random.next(3));
                  yield "renamed";
                }
                case 4 -> stat(path, random.next(2) == 0);
                case 5, 6, 7 -> open(path, FLAGS[(int) random.next(FLAGS.length)]);
                default ->
                    chosen instanceof DiskFile file
                        ? transfer(file, kind, offset, length)
                        : "no file";
              });
    }

    private static byte[] name(SplitMix random) {
      return NAMES[(int) random.next(NAMES.length)].getBytes(StandardCharsets.UTF_8);
    }

    private String stat(byte[] path, boolean follow) throws IOException {
      FileStat stat = new FileStat();
      disk.stat(base, path, follow, stat);
      return describe(stat);
    }

    /** What does not depend on the file system: a directory's size and links do. */
    private static String describe(FileStat stat) {
      boolean folder = (stat.mode & Posix.S_IFMT) == Posix.S_IFDIR;
      return folder
          ? "folder"
          : Integer.toOctalString(stat.mode) + " " + stat.size + " " + stat.links;
    }

    private String open(byte[] path, int flags) throws IOException {
      FileObject file = disk.open(base, path, flags, 0644);
      open.add(file);
      FileStat stat = new FileStat();
      file.stat(stat);
      if (!(file instanceof DiskFile) || (flags & 3) != Posix.O_RDWR) {
        // Later transfers would be checked by the engine, not by the file.
        open.remove(file);
        file.close();
      }
      return describe(stat);
    }

    private static String transfer(DiskFile file, int kind, int offset, int length)
        throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = arena.allocate(Math.max(1, length)).fill((byte) kind);
        MemorySegment part = memory.asSlice(0, length);
        return switch (kind) {
          case 8 -> "wrote " + file.write(part, offset) + " of " + file.size();
          case 9 -> {
            file.truncate(offset);
            yield "size " + file.size();
          }
          case 10 -> {
            file.force(length % 2 == 0);
            yield "synced";
          }
          case 11 -> {
            file.allocate(MODES[offset % MODES.length], offset, length);
            yield "allocated " + file.size();
          }
          default -> {
            int n = file.read(part, offset);
            int hash = 1;
            for (int i = 0; i < n; i++) {
              hash = 31 * hash + memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i);
            }
            yield "read " + n + " with " + hash;
          }
        };
      }
    }

    @Override
    public void close() throws IOException {
      for (FileObject file : open) {
        file.close();
      }
      base.close();
    }
  }

  @Property(tries = 100)
  void resultsAreThoseOfTheRealFileSystem(@ForAll long seed) throws IOException {
    Path folder = Files.createTempDirectory("xsc-difference");
    SplitMix random = new SplitMix(seed);
    DiskWorld world = new DiskWorld(FaultPlan.NONE);
    world.disk.makeDirectory(null, DiskWorld.path("top"), 0755);
    // Both start below a folder of their own, so that ".." leads somewhere known.
    Path top = Files.createDirectory(folder.resolve("top"));
    for (String[] link : new String[][] {{"link", "a"}, {"loop", "loop"}, {"dangling", "c"}}) {
      Files.createSymbolicLink(top.resolve(link[0]), Path.of(link[1]));
      world.disk.makeLink(DiskWorld.path("top/" + link[0]), DiskWorld.path(link[1]));
    }
    try (Side real = new Side(new RealDisk(), top);
        Side simulated = new Side(world.disk, Path.of("/top"))) {
      List<String> done = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        long step = random.next();
        String expected = real.step(step);
        done.add(expected);
        assertEquals(expected, simulated.step(step), () -> String.join("\n", done));
      }
      assertTrue(done.size() == 80);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Files, folders and links to try all calls on. */
  private static void plant(Side side, String folder) throws IOException {
    byte[] top = folder.getBytes(StandardCharsets.UTF_8);
    side.disk.makeDirectory(side.base, top, 0755);
    for (String name : new String[] {"/full", "/full/sub", "/full/sub/deep", "/empty"}) {
      side.disk.makeDirectory(side.base, bytes(folder + name), 0755);
    }
    for (String name : new String[] {"/file", "/other", "/full/inside"}) {
      side.disk.open(side.base, bytes(folder + name), Posix.O_CREAT | Posix.O_RDWR, 0644).close();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** All pairs of names with all flags, each in a fresh tree. */
  @Example
  void everyRenameGivesWhatTheKernelGives() throws IOException {
    String[] names = {
      "full",
      "full/",
      "full/sub",
      "full/sub/deep",
      "full/sub/new",
      "full/inside",
      "full/inside/x",
      "empty",
      "empty/",
      "empty/new",
      "file",
      "file/",
      "other",
      "missing",
      "missing/",
      "missing/x",
      ".",
      "..",
      "full/.",
      "full/..",
      "full/../file"
    };
    compare((side, folder) -> {
      StringBuilder results = new StringBuilder();
      for (int flags = 0; flags < 3; flags++) {
        for (String from : names) {
          for (String to : names) {
            String tree = folder + "/" + flags + from.hashCode() + to.hashCode();
            plant(side, tree);
            int how = flags;
            results.append(from).append(' ').append(to).append(' ').append(flags).append(": ");
            results
                .append(
                    Side.result(() -> {
                      side.disk.rename(
                          side.base,
                          bytes(tree + "/" + from),
                          side.base,
                          bytes(tree + "/" + to),
                          how);
                      return "renamed";
                    }))
                .append('\n');
          }
        }
      }
      return results.toString();
    });
  }

  private interface Script {
    String run(Side side, String folder) throws IOException;
  }

  /** Runs a script on both sides, each in a folder of its own. */
  private static void compare(Script script) throws IOException {
    Path folder = Files.createTempDirectory("xsc-difference");
    DiskWorld world = new DiskWorld(FaultPlan.NONE);
    world.disk.makeDirectory(null, DiskWorld.path("all"), 0755);
    Path all = Files.createDirectory(folder.resolve("all"));
    try (Side real = new Side(new RealDisk(), all);
        Side simulated = new Side(world.disk, Path.of("/all"))) {
      String expected = script.run(real, ".");
      assertEquals(expected, script.run(simulated, "."));
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
