// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import static dev.xsc.sim.internal.disk.DiskWorld.filled;
import static dev.xsc.sim.internal.disk.DiskWorld.read;
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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a power cut leaves of contents. */
class PowerCutTest {
  private static final int SECTOR = 512;
  private static final int SECTORS = 48;
  private static final int SIZE = SECTORS * SECTOR;

  private static FaultPlan anything(long seed) {
    return FaultPlan.swarm(seed, EnumSet.of(Fault.Group.CRASH));
  }

  /** What each sector may hold after a power cut: the values written since it was last synced. */
  private static final class Sectors {
    final List<Set<Byte>> allowed = new ArrayList<>();
    final byte[] now = new byte[SECTORS];

    Sectors() {
      for (int i = 0; i < SECTORS; i++) {
        allowed.add(new TreeSet<>(Set.of((byte) 0)));
      }
    }

    void wrote(int first, int count, byte value) {
      for (int i = first; i < first + count; i++) {
        now[i] = value;
        allowed.get(i).add(value);
      }
    }

    void synced(int first, int count) {
      for (int i = first; i < first + count; i++) {
        allowed.get(i).clear();
        allowed.get(i).add(now[i]);
      }
    }
  }

  @Property(tries = 2000)
  void eachSectorIsWhatWasSyncedOrWrittenSince(@ForAll long seed) throws IOException {
    SplitMix random = new SplitMix(seed);
    DiskOptions options =
        DiskOptions.USUAL.with(
            random.next(2) == 0 ? DiskOptions.Names.STRICT : DiskOptions.Names.ORDERED);
    DiskWorld world = new DiskWorld(seed, anything(seed), options);
    DiskFile file = world.file("f");
    write(file, new byte[SIZE], 0);
    file.force(true);
    world.syncFolder("/");
    Sectors model = new Sectors();
    for (int i = (int) random.next(60); i > 0; i--) {
      int first = (int) random.next(SECTORS);
      int count = 1 + (int) random.next(SECTORS - first);
      byte value = (byte) (1 + random.next(100));
      switch ((int) random.next(6)) {
        case 0 -> {
          file.force(false);
          model.synced(0, SECTORS);
        }
        case 1 -> {
          DiskFile durable = world.open("f", Posix.O_WRONLY | Posix.O_DSYNC);
          write(durable, filled(count * SECTOR, value), (long) first * SECTOR);
          durable.close();
          model.wrote(first, count, value);
          model.synced(first, count);
        }
        case 2 -> {
          file.allocate(
              Posix.FALLOC_FL_PUNCH_HOLE | Posix.FALLOC_FL_KEEP_SIZE,
              (long) first * SECTOR,
              (long) count * SECTOR);
          model.wrote(first, count, (byte) 0);
        }
        case 3 -> read(file, 0, SIZE);
        default -> {
          write(file, filled(count * SECTOR, value), (long) first * SECTOR);
          model.wrote(first, count, value);
        }
      }
    }
    world.crash();
    byte[] left = world.content("f");
    assertEquals(SIZE, left.length);
    for (int i = 0; i < SECTORS; i++) {
      byte value = left[i * SECTOR];
      byte[] sector = Arrays.copyOfRange(left, i * SECTOR, (i + 1) * SECTOR);
      assertArrayEquals(filled(SECTOR, value), sector, "sector " + i + " is torn inside");
      assertTrue(model.allowed.get(i).contains(value), "sector " + i + " holds " + value);
    }
  }

  @Test
  void everySubsetOfUnsyncedSectorsOccurs() throws IOException {
    FaultPlan plan =
        FaultPlan.NONE.with(Fault.CRASH_LOST_WRITE, 0.3).with(Fault.CRASH_TORN_SECTORS, 0.9);
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 2000; seed++) {
      DiskWorld world = new DiskWorld(seed, plan, DiskOptions.USUAL);
      DiskFile file = world.file("f");
      write(file, new byte[4 * SECTOR], 0);
      file.force(true);
      world.syncFolder("/");
      write(file, filled(4 * SECTOR, 1), 0);
      world.crash();
      byte[] left = world.content("f");
      seen.add("" + left[0] + left[SECTOR] + left[2 * SECTOR] + left[3 * SECTOR]);
    }
    assertEquals(16, seen.size(), seen.toString());
  }

  @Test
  void anEarlierVersionOfASectorMayBeWhatIsLeft() throws IOException {
    FaultPlan plan = FaultPlan.NONE.with(Fault.CRASH_LOST_WRITE, 0.5);
    Set<Byte> seen = new TreeSet<>();
    for (int seed = 0; seed < 2000; seed++) {
      DiskWorld world = new DiskWorld(seed, plan, DiskOptions.USUAL);
      DiskFile file = world.file("f");
      write(file, new byte[SECTOR], 0);
      file.force(true);
      world.syncFolder("/");
      for (int value = 1; value <= 3; value++) {
        write(file, filled(SECTOR, value), 0);
      }
      world.crash();
      seen.add(world.content("f")[0]);
    }
    assertEquals(Set.of((byte) 0, (byte) 1, (byte) 2, (byte) 3), seen);
  }

  @Property(tries = 1000)
  void withoutReorderingAPrefixOfThePagesWrittenIsLeft(@ForAll long seed) throws IOException {
    FaultPlan plan = FaultPlan.NONE.with(Fault.CRASH_LOST_WRITE, 0.2);
    DiskWorld world = new DiskWorld(seed, plan, DiskOptions.USUAL);
    SplitMix random = new SplitMix(seed);
    int pages = 8;
    DiskFile one = world.file("one");
    DiskFile two = world.file("two");
    for (DiskFile file : List.of(one, two)) {
      write(file, new byte[pages * Page.SIZE], 0);
      file.force(true);
    }
    world.syncFolder("/");
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 2 * pages; i++) {
      order.add((int) random.next(order.size() + 1), i);
    }
    for (int page : order) {
      DiskFile file = page < pages ? one : two;
      write(file, filled(Page.SIZE, 1), (long) (page % pages) * Page.SIZE);
    }
    world.disk.powerCut();
    world.disk = world.disk.recover();
    byte[] first = world.content("one");
    byte[] second = world.content("two");
    boolean lost = false;
    for (int page : order) {
      boolean there = (page < pages ? first : second)[page % pages * Page.SIZE] == 1;
      // Written back in the background, a file may be ahead of the other, but not of itself.
      boolean sameFile = page < pages;
      assertFalse(lost && there && sameFile, () -> "page " + page + " overtook an earlier one");
      lost |= sameFile && !there;
    }
  }

  @Property(tries = 1000)
  void aSizeThatGrewCoversDataOrZeros(@ForAll long seed) throws IOException {
    SplitMix random = new SplitMix(seed);
    DiskWorld world = new DiskWorld(seed, anything(seed), DiskOptions.USUAL);
    DiskFile file = world.file("log");
    write(file, filled(100, 1), 0);
    file.force(true);
    world.syncFolder("/");
    int size = 100;
    for (int i = (int) random.next(20); i > 0; i--) {
      int length = 1 + (int) random.next(3000);
      assertEquals(length, write(file, filled(length, 1), size));
      size += length;
    }
    world.crash();
    byte[] left = world.content("log");
    assertTrue(left.length >= 100 && left.length <= size, () -> "size " + left.length);
    for (int i = 0; i < left.length; i++) {
      assertTrue(left[i] == 1 || (i >= 100 && left[i] == 0), "byte " + i + " is " + left[i]);
    }
    // What had come to the medium behind the size does not come back.
    DiskFile after = world.open("log", Posix.O_RDWR);
    after.truncate(left.length + 10_000);
    assertArrayEquals(new byte[10_000], read(after, left.length, 10_000));
  }

  @Property(tries = 1000)
  void inOrderTheSizeDoesNotPassWhatIsNotThere(@ForAll long seed) throws IOException {
    SplitMix random = new SplitMix(seed);
    DiskOptions ordered = DiskOptions.USUAL.with(DiskOptions.Names.ORDERED);
    FaultPlan untorn = anything(seed).with(Fault.CRASH_TORN_SECTORS, 0);
    DiskWorld world = new DiskWorld(seed, untorn, ordered);
    DiskFile file = world.file("log");
    file.force(true);
    for (int i = 0; i < 6; i++) {
      write(file, filled(Page.SIZE, 1 + i), (long) i * Page.SIZE);
      if (random.next(4) == 0) {
        file.force(false);
      }
    }
    world.crash();
    byte[] left = world.content("log");
    for (int i = 0; i < left.length; i++) {
      assertEquals(1 + i / Page.SIZE, left[i], "byte " + i + " of " + left.length);
    }
  }

  @Property(tries = 500)
  void truncationKeepsItsOrderWithWhatFollows(@ForAll long seed) throws IOException {
    DiskWorld world = new DiskWorld(seed, anything(seed), DiskOptions.USUAL);
    DiskFile file = world.file("f");
    write(file, filled(2 * Page.SIZE, 1), 0);
    file.force(true);
    world.syncFolder("/");
    file.truncate(0);
    write(file, filled(Page.SIZE, 2), 0);
    world.crash();
    byte[] left = world.content("f");
    boolean before = Arrays.equals(left, filled(2 * Page.SIZE, 1));
    boolean after = left.length <= Page.SIZE;
    for (byte value : left) {
      after &= value == 2 || value == 0;
    }
    assertTrue(before || after, () -> "neither old nor new: " + left.length + " bytes");
  }

  @Test
  void aCrashWithoutMercyLosesAllThatWasNotSynced() throws IOException {
    DiskWorld world = new DiskWorld(FaultPlan.NONE);
    DiskFile file = world.file("f");
    write(file, filled(5000, 1), 0);
    file.force(true);
    world.syncFolder("/");
    write(file, filled(9000, 2), 1000);
    file.truncate(10);
    world.crash();
    assertArrayEquals(filled(5000, 1), world.content("f"));
  }

  @Test
  void directWritesNeedASyncToo() throws IOException {
    DiskWorld world = new DiskWorld(FaultPlan.NONE);
    DiskFile file = world.open("f", DiskWorld.RDWR_NEW | Posix.O_DIRECT);
    write(file, filled(512, 1), 0);
    file.force(true);
    world.syncFolder("/");
    write(file, filled(512, 2), 0);
    world.crash();
    assertArrayEquals(filled(512, 1), world.content("f"));
  }

  @Property(tries = 200)
  void theSameSeedLeavesTheSame(@ForAll long seed) throws IOException {
    assertArrayEquals(history(seed), history(seed));
  }

  private static byte[] history(long seed) throws IOException {
    FaultPlan plan = FaultPlan.swarm(seed, EnumSet.allOf(Fault.Group.class));
    DiskWorld world = new DiskWorld(seed, plan.with(Fault.DISK_FULL, 0), DiskOptions.USUAL);
    SplitMix random = new SplitMix(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      String name = "f" + random.next(3);
      int offset = (int) random.next(9000);
      int kind = (int) random.next(10);
      int errno =
          DiskWorld.errno(() -> {
            DiskFile file = world.file(name);
            text.append(write(file, filled(3000, kind), offset));
            if (kind < 3) {
              file.force(kind == 0);
            }
            text.append(Arrays.hashCode(read(file, 0, 20_000)));
            file.close();
          });
      text.append('/').append(errno).append(' ').append(world.disk.latency());
      if (kind == 9) {
        world.crash();
      }
    }
    return text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
