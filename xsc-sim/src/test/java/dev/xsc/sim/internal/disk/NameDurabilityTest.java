// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import static dev.xsc.sim.internal.disk.DiskWorld.filled;
import static dev.xsc.sim.internal.disk.DiskWorld.path;
import static dev.xsc.sim.internal.disk.DiskWorld.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.DiskFile;
import dev.xsc.sim.internal.det.SplitMix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a power cut leaves of names. */
class NameDurabilityTest {
  private static final FaultPlan HALF =
      FaultPlan.NONE.with(Fault.CRASH_LOST_NAME, 0.5).with(Fault.CRASH_LOST_WRITE, 0.5);

  private static DiskWorld world(long seed, FaultPlan plan, DiskOptions.Names names) {
    return new DiskWorld(seed, plan, DiskOptions.USUAL.with(names));
  }

  private static void make(DiskWorld world, String name, int value) throws IOException {
    DiskFile file = world.file(name);
    write(file, filled(100, value), 0);
    file.force(true);
    file.close();
  }

  private static void rename(DiskWorld world, String from, String to, int flags)
      throws IOException {
    world.disk.rename(null, path(from), null, path(to), flags);
  }

  @Test
  void aNewFileNeedsASyncOfItsFolder() throws IOException {
    DiskWorld strict = world(1, FaultPlan.NONE, DiskOptions.Names.STRICT);
    make(strict, "f", 1);
    strict.crash();
    assertFalse(strict.exists("f"));
    make(strict, "f", 1);
    strict.syncFolder("/");
    strict.crash();
    assertArrayEquals(filled(100, 1), strict.content("f"));
  }

  @Test
  void aJournalKeepsTheNameOfASyncedFile() throws IOException {
    DiskWorld ordered = world(1, FaultPlan.NONE, DiskOptions.Names.ORDERED);
    make(ordered, "f", 1);
    ordered.file("g").close();
    ordered.crash();
    assertArrayEquals(filled(100, 1), ordered.content("f"));
    assertFalse(ordered.exists("g"));
  }

  @Test
  void aFolderNeedsASyncOfItsParent() throws IOException {
    DiskWorld world = world(1, FaultPlan.NONE, DiskOptions.Names.STRICT);
    world.disk.makeDirectory(null, path("d"), 0755);
    make(world, "d/f", 1);
    world.syncFolder("d");
    world.crash();
    assertFalse(world.exists("d"));
    world.disk.makeDirectory(null, path("d"), 0755);
    make(world, "d/f", 1);
    world.syncFolder("d");
    world.syncFolder("/");
    world.crash();
    assertTrue(world.exists("d/f"));
  }

  @Property(tries = 500)
  void aRenameHappensAsAWhole(@ForAll long seed, @ForAll DiskOptions.Names names)
      throws IOException {
    DiskWorld world = world(seed, HALF, names);
    make(world, "old", 1);
    make(world, "new", 2);
    world.syncFolder("/");
    rename(world, "new", "old", 0);
    world.crash();
    boolean before = world.exists("new");
    assertArrayEquals(filled(100, before ? 1 : 2), world.content("old"));
  }

  @Property(tries = 500)
  void aSwapHappensAsAWhole(@ForAll long seed, @ForAll DiskOptions.Names names) throws IOException {
    DiskWorld world = world(seed, HALF, names);
    make(world, "one", 1);
    world.disk.makeDirectory(null, path("two"), 0755);
    make(world, "two/inside", 2);
    world.syncFolder("two");
    world.syncFolder("/");
    rename(world, "one", "two", Posix.RENAME_EXCHANGE);
    world.crash();
    boolean swapped = world.exists("one/inside");
    assertArrayEquals(filled(100, swapped ? 2 : 1), world.content(swapped ? "one/inside" : "one"));
    assertArrayEquals(filled(100, swapped ? 1 : 2), world.content(swapped ? "two" : "two/inside"));
  }

  @Property(tries = 500)
  void anUnlinkedFileVanishesOnceThatIsSynced(@ForAll long seed, @ForAll DiskOptions.Names names)
      throws IOException {
    DiskWorld world = world(seed, HALF, names);
    make(world, "f", 1);
    world.syncFolder("/");
    DiskFile open = world.open("f", Posix.O_RDWR);
    world.disk.unlink(null, path("f"), false);
    write(open, filled(100, 2), 0);
    assertArrayEquals(filled(100, 2), DiskWorld.read(open, 0, 200));
    world.syncFolder("/");
    world.crash();
    assertEquals(0, world.list("/").length);
  }

  @Test
  void anUnlinkThatIsLostLeavesTheContent() throws IOException {
    DiskWorld world = world(1, FaultPlan.NONE, DiskOptions.Names.STRICT);
    make(world, "f", 1);
    world.syncFolder("/");
    world.disk.unlink(null, path("f"), false);
    // The memory of the removed file must not serve another.
    make(world, "g", 2);
    world.crash();
    assertArrayEquals(filled(100, 1), world.content("f"));
  }

  @Test
  void anUnnamedFileIsNeverLeft() throws IOException {
    DiskWorld world = world(1, HALF.with(Fault.CRASH_LOST_NAME, 0), DiskOptions.Names.ORDERED);
    DiskFile file = world.open("/", Posix.O_RDWR | Posix.O_TMPFILE);
    write(file, filled(100, 1), 0);
    file.force(true);
    world.crash();
    assertEquals(0, world.list("/").length);
  }

  @Property(tries = 500)
  void aJournalLeavesAPrefix(@ForAll long seed) throws IOException {
    DiskWorld world = world(seed, HALF.with(Fault.CRASH_LOST_NAME, 0.1), DiskOptions.Names.ORDERED);
    SplitMix random = new SplitMix(seed);
    List<Set<String>> states = new ArrayList<>();
    Set<String> now = new TreeSet<>();
    states.add(new TreeSet<>(now));
    int synced = 0;
    for (int i = 0; i < 20; i++) {
      String name = "n" + random.next(5);
      if (now.add(name)) {
        world.file(name).close();
      } else {
        now.remove(name);
        world.disk.unlink(null, path(name), false);
      }
      states.add(new TreeSet<>(now));
      if (random.next(10) == 0) {
        world.syncFolder("/");
        synced = states.size() - 1;
      }
    }
    world.crash();
    Set<String> left = new TreeSet<>(Set.of(world.list("/")));
    assertTrue(states.subList(synced, states.size()).contains(left), () -> left + " of " + states);
  }

  @Test
  void strictNamesSurviveInAnyCombination() throws IOException {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 500; seed++) {
      DiskWorld world = world(seed, HALF, DiskOptions.Names.STRICT);
      for (String name : List.of("a", "b", "c")) {
        world.file(name).close();
      }
      world.crash();
      seen.add(String.join("", world.list("/")));
    }
    assertEquals(Set.of("", "a", "b", "c", "ab", "ac", "bc", "abc"), seen);
  }

  /** Random trees: whatever was durable once is never lost by changes that were not. */
  @Property(tries = 2000)
  void whatWasDurableIsNeverLostByMoves(@ForAll long seed, @ForAll DiskOptions.Names names)
      throws IOException {
    DiskWorld world = world(seed, HALF, names);
    SplitMix random = new SplitMix(seed);
    List<String> folders = new ArrayList<>(List.of(""));
    for (String name : List.of("/a", "/b", "/a/c")) {
      world.disk.makeDirectory(null, path(name), 0755);
      folders.add(name);
    }
    for (String name : folders) {
      world.syncFolder(name + "/");
    }
    make(world, "/file", 7);
    world.syncFolder("/");
    for (int i = 0; i < 12; i++) {
      List<String> all = new ArrayList<>();
      collect(world, "", all);
      String from = all.get((int) random.next(all.size()));
      List<String> targets = new ArrayList<>(List.of(""));
      for (String name : all) {
        if (isFolder(world, name)) {
          targets.add(name);
        }
      }
      String target = targets.get((int) random.next(targets.size()));
      int errno =
          switch ((int) random.next(4)) {
            case 0 ->
                DiskWorld.errno(() ->
                    world.disk.makeDirectory(null, path(target + "/n" + random.next(4)), 0755));
            case 1 -> DiskWorld.errno(() -> world.syncFolder(target + "/"));
            default ->
                DiskWorld.errno(() -> rename(world, from, target + "/m" + random.next(4), 1));
          };
      assertTrue(errno == 0 || errno == 17 || errno == 22, "errno " + errno);
      if (random.next(8) == 0) {
        world.crash();
      }
    }
    world.crash();
    List<String> left = new ArrayList<>();
    collect(world, "", left);
    long files = 0;
    for (String name : left) {
      if (!isFolder(world, name)) {
        assertArrayEquals(filled(100, 7), world.content(name));
        files++;
      }
    }
    assertEquals(1, files, left.toString());
    assertTrue(left.size() >= 4, () -> "of three folders and a file: " + left);
  }

  private static boolean isFolder(DiskWorld world, String name) {
    return DiskWorld.errno(() -> world.list(name)) == 0;
  }

  private static void collect(DiskWorld world, String folder, List<String> to) throws IOException {
    for (String name : world.list(folder + "/")) {
      String whole = folder + "/" + name;
      to.add(whole);
      if (isFolder(world, whole)) {
        collect(world, whole, to);
      }
    }
  }
}
