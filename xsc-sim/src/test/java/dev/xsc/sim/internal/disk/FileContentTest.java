// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import static dev.xsc.sim.internal.disk.DiskWorld.errno;
import static dev.xsc.sim.internal.disk.DiskWorld.filled;
import static dev.xsc.sim.internal.disk.DiskWorld.read;
import static dev.xsc.sim.internal.disk.DiskWorld.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.FaultPlan.Limit;
import dev.xsc.sim.internal.DiskFile;
import dev.xsc.sim.internal.FileStat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A file without faults: an array of bytes that grows, with holes that take no room. */
class FileContentTest {
  private static final int HOLE = Posix.FALLOC_FL_PUNCH_HOLE | Posix.FALLOC_FL_KEEP_SIZE;

  enum Kind {
    WRITE,
    APPEND,
    READ,
    TRUNCATE,
    RESERVE,
    PUNCH,
    ZERO,
    SYNC,
    EVICT,
    SYNC_AND_CRASH
  }

  record Step(Kind kind, int offset, int length, byte value) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 20_000),
            Arbitraries.integers().between(1, 10_000),
            Arbitraries.bytes().between((byte) 1, (byte) 127))
        .as(Step::new)
        .list()
        .ofMaxSize(50);
  }

  @Property(tries = 1000)
  void aFileIsAnArrayOfBytes(
      @ForAll("steps") List<Step> steps, @ForAll DiskOptions.Names names, @ForAll long seed)
      throws IOException {
    // Content that is lost or kept without a sync makes no difference to programs.
    FaultPlan plan = FaultPlan.swarm(seed, java.util.EnumSet.of(dev.xsc.sim.Fault.Group.CRASH));
    DiskWorld world = new DiskWorld(seed, plan, DiskOptions.USUAL.with(names));
    world.file("file").close();
    world.syncFolder("/");
    DiskFile file = world.open("file", Posix.O_RDWR);
    byte[] model = {};
    for (Step step : steps) {
      int end = step.offset + step.length;
      switch (step.kind) {
        case WRITE -> {
          assertEquals(step.length, write(file, filled(step.length, step.value), step.offset));
          model = Arrays.copyOf(model, Math.max(model.length, end));
          Arrays.fill(model, step.offset, end, step.value);
        }
        case APPEND -> {
          assertEquals(
              step.length, file.append(MemorySegment.ofArray(filled(step.length, step.value))));
          int from = model.length;
          model = Arrays.copyOf(model, from + step.length);
          Arrays.fill(model, from, model.length, step.value);
        }
        case READ -> {
          int to = Math.min(model.length, end);
          byte[] expected =
              step.offset >= to ? new byte[0] : Arrays.copyOfRange(model, step.offset, to);
          assertArrayEquals(expected, read(file, step.offset, step.length));
        }
        case TRUNCATE -> {
          file.truncate(step.offset);
          model = Arrays.copyOf(model, step.offset);
        }
        case RESERVE -> {
          file.allocate(0, step.offset, step.length);
          model = Arrays.copyOf(model, Math.max(model.length, end));
        }
        case PUNCH, ZERO -> {
          int mode =
              step.kind == Kind.PUNCH
                  ? HOLE
                  : Posix.FALLOC_FL_ZERO_RANGE | Posix.FALLOC_FL_KEEP_SIZE;
          file.allocate(mode, step.offset, step.length);
          int to = Math.min(model.length, end);
          Arrays.fill(model, Math.min(step.offset, to), to, (byte) 0);
        }
        case SYNC -> file.force(false);
        case EVICT -> file.advise(0, 0, Posix.FADV_DONTNEED);
        case SYNC_AND_CRASH -> {
          file.force(true);
          world.crash();
          file = world.open("file", Posix.O_RDWR);
        }
      }
      assertEquals(model.length, file.size());
    }
    assertArrayEquals(model, read(file, 0, model.length));
  }

  private static long blocks(DiskFile file) throws IOException {
    FileStat stat = new FileStat();
    file.stat(stat);
    return stat.blocks;
  }

  @Test
  void holesTakeNoRoom() throws IOException {
    DiskFile file = new DiskWorld(FaultPlan.NONE).file("f");
    write(file, new byte[] {1}, 1L << 30);
    assertEquals(8, blocks(file));
    file.allocate(Posix.FALLOC_FL_KEEP_SIZE, 0, 3 * 4096);
    assertEquals(4 * 8, blocks(file));
    file.allocate(HOLE, 4096, 4096);
    assertEquals(3 * 8, blocks(file));
    file.truncate(0);
    assertEquals(0, blocks(file));
  }

  @Test
  void settingTheSizeThatItHasGivesRoomBehindTheEndBack() throws IOException {
    DiskFile file = new DiskWorld(FaultPlan.NONE).file("f");
    write(file, filled(5000, 1), 0);
    file.allocate(Posix.FALLOC_FL_KEEP_SIZE, 0, 5 * 4096);
    assertEquals(5 * 8, blocks(file));
    file.truncate(5000);
    assertEquals(2 * 8, blocks(file));
    assertArrayEquals(filled(5000, 1), read(file, 0, 6000));
  }

  @Test
  void aFullDiskWritesWhatFitsAndThenNothing() throws IOException {
    DiskWorld world = new DiskWorld(FaultPlan.NONE.with(Limit.DISK_SIZE, 16 * 4096));
    DiskFile file = world.file("f");
    assertEquals(16 * 4096, write(file, new byte[20 * 4096], 0));
    assertEquals(Errno.ENOSPC, errno(() -> write(file, new byte[1], 20 * 4096)));
    assertEquals(10, write(file, new byte[10], 0));
    assertEquals(Errno.ENOSPC, errno(() -> file.allocate(0, 0, 17 * 4096)));
    assertEquals(Errno.ENOSPC, errno(() -> world.file("g")));
    file.truncate(4096);
    assertEquals(15 * 4096, file.room());
    world.disk.unlink(null, DiskWorld.path("f"), false);
    assertEquals(15 * 4096, file.room());
    file.close();
    assertEquals(16 * 4096, write(world.file("g"), new byte[20 * 4096], 0));
  }

  @Test
  void roomIsCountedAgainAfterAPowerCut() throws IOException {
    DiskWorld world = new DiskWorld(FaultPlan.NONE.with(Limit.DISK_SIZE, 16 * 4096));
    DiskFile kept = world.file("kept");
    write(kept, new byte[4 * 4096], 0);
    kept.force(true);
    world.syncFolder("/");
    write(world.file("lost"), new byte[4 * 4096], 0);
    write(kept, new byte[4 * 4096], 4 * 4096);
    world.crash();
    assertEquals(12 * 4096, world.open("kept", Posix.O_RDONLY).room());
  }

  @Test
  void noFileIsLargerThanTheLargest() throws IOException {
    DiskOptions options = DiskOptions.USUAL.withLargestFile(1 << 20);
    DiskFile file = new DiskWorld(1, FaultPlan.NONE, options).file("f");
    assertEquals(10, write(file, new byte[20], (1 << 20) - 10));
    assertEquals(Errno.EFBIG, errno(() -> write(file, new byte[1], 1 << 20)));
    assertEquals(Errno.EFBIG, errno(() -> file.truncate((1 << 20) + 1)));
    assertEquals(Errno.EFBIG, errno(() -> file.allocate(0, 1 << 20, 1)));
  }

  @Test
  void directTransfersMustBeAligned() throws IOException {
    DiskWorld world = new DiskWorld(FaultPlan.NONE);
    DiskFile file = world.open("f", DiskWorld.RDWR_NEW | Posix.O_DIRECT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(8192, 4096);
      assertEquals(1024, file.write(memory.asSlice(0, 1024), 512));
      assertEquals(Errno.EINVAL, errno(() -> file.write(memory.asSlice(0, 1024), 100)));
      assertEquals(Errno.EINVAL, errno(() -> file.write(memory.asSlice(0, 1000), 0)));
      assertEquals(Errno.EINVAL, errno(() -> file.write(memory.asSlice(8, 512), 0)));
      assertEquals(Errno.EINVAL, errno(() -> file.read(memory.asSlice(8, 512), 0)));
      assertEquals(1536, file.read(memory, 0));
    }
  }

  @Test
  void nothingWorksOnceThePowerIsCut() throws IOException {
    DiskWorld world = new DiskWorld(FaultPlan.NONE);
    SimDisk before = world.disk;
    DiskFile file = world.file("f");
    world.crash();
    assertEquals(Errno.EIO, errno(() -> write(file, new byte[1], 0)));
    assertEquals(Errno.EIO, errno(() -> read(file, 0, 1)));
    assertEquals(Errno.EIO, errno(() -> file.force(true)));
    assertEquals(Errno.EIO, errno(() -> before.unlink(null, DiskWorld.path("f"), false)));
    file.close();
    assertTrue(world.disk.mounted());
  }
}
