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
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.FaultPlan.Limit;
import dev.xsc.sim.internal.DiskFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What goes wrong when a fault strikes. */
class DiskFaultTest {
  private static DiskWorld world(long seed) {
    return new DiskWorld(seed, FaultPlan.NONE, DiskOptions.USUAL);
  }

  private static void always(DiskWorld world, Fault fault) {
    world.faults.follow(FaultPlan.NONE.with(fault, 1));
  }

  @Test
  void afterASyncThatFailedTheNextSucceedsWithoutTheData() throws IOException {
    boolean lost = false;
    for (int seed = 0; seed < 20; seed++) {
      DiskWorld world = world(seed);
      DiskFile file = world.file("f");
      DiskFile other = world.open("f", Posix.O_RDONLY);
      write(file, filled(4096, 1), 0);
      file.force(true);
      world.syncFolder("/");
      write(file, filled(4096, 2), 0);
      always(world, Fault.DISK_SYNC_ERROR);
      assertEquals(Errno.EIO, errno(() -> file.force(false)));
      world.faults.follow(FaultPlan.NONE);
      assertEquals(0, errno(() -> other.force(false)) & ~Errno.EIO);
      assertEquals(0, errno(() -> file.force(false)));
      world.crash();
      lost |= world.content("f")[0] == 1;
    }
    assertTrue(lost, "a failed sync lost nothing, 20 times");
  }

  @Test
  void everyOpenFileIsToldOnceOfASyncThatFailed() throws IOException {
    DiskWorld world = world(1);
    DiskFile file = world.file("f");
    DiskFile other = world.open("f", Posix.O_RDWR);
    write(file, filled(4096, 1), 0);
    always(world, Fault.DISK_SYNC_ERROR);
    assertEquals(Errno.EIO, errno(() -> file.force(false)));
    world.faults.follow(FaultPlan.NONE);
    assertEquals(0, errno(() -> file.force(false)));
    assertEquals(Errno.EIO, errno(() -> other.force(false)));
    assertEquals(0, errno(() -> other.force(false)));
    assertEquals(0, errno(() -> world.open("f", Posix.O_RDWR).force(false)));
  }

  @Test
  void aLostWriteIsSeenUntilThePageIsDropped() throws IOException {
    DiskWorld world = world(1);
    DiskFile file = world.file("f");
    write(file, filled(4096, 1), 0);
    file.force(true);
    world.syncFolder("/");
    always(world, Fault.DISK_LOST_WRITE);
    write(file, filled(4096, 2), 0);
    file.force(true);
    file.advise(0, 0, Posix.FADV_DONTNEED);
    assertArrayEquals(filled(4096, 1), read(file, 0, 4096));
    write(file, filled(4096, 3), 0);
    file.force(true);
    world.crash();
    assertArrayEquals(filled(4096, 1), world.content("f"));
  }

  @Test
  void aLaterWriteDoesNotBringBackALostOne() throws IOException {
    DiskWorld world = world(1);
    DiskFile file = world.file("f");
    write(file, filled(4096, 1), 0);
    file.force(true);
    world.syncFolder("/");
    always(world, Fault.DISK_LOST_WRITE);
    write(file, filled(512, 2), 0);
    file.force(true);
    world.faults.follow(FaultPlan.NONE);
    write(file, filled(512, 3), 512);
    file.force(true);
    world.crash();
    byte[] left = world.content("f");
    assertEquals(1, left[0]);
    assertEquals(3, left[512]);
    assertEquals(1, left[1024]);
  }

  @Test
  void aMisdirectedWriteSpoilsAnotherPage() throws IOException {
    DiskWorld world = world(1);
    DiskFile file = world.file("f");
    write(file, filled(3 * 4096, 1), 0);
    file.force(true);
    world.syncFolder("/");
    always(world, Fault.DISK_MISDIRECTED_WRITE);
    write(file, filled(4096, 2), 0);
    file.force(true);
    assertEquals(2, read(file, 0, 1)[0]);
    world.crash();
    byte[] left = world.content("f");
    assertEquals(1, left[0]);
    assertEquals(2, Math.max(left[4096], left[8192]));
    assertEquals(1, Math.min(left[4096], left[8192]));
  }

  @Test
  void bitsRotWhereTheyAreStored() throws IOException {
    DiskWorld world = world(1);
    DiskFile file = world.file("f");
    write(file, new byte[4096], 0);
    write(file, filled(4096, 1), 0);
    file.force(true);
    world.syncFolder("/");
    always(world, Fault.DISK_BIT_ROT);
    assertArrayEquals(filled(4096, 1), read(file, 0, 4096));
    world.crash();
    byte[] rotten = world.content("f");
    int bits = 0;
    for (byte b : rotten) {
      bits += Integer.bitCount((b ^ 1) & 0xff);
    }
    assertEquals(1, bits);
    assertArrayEquals(rotten, world.content("f"));
    world.faults.follow(FaultPlan.NONE);
    world.crash();
    assertArrayEquals(rotten, world.content("f"));
  }

  @Test
  void transfersMayBeShortButNeverEmpty() throws IOException {
    Set<Integer> lengths = new TreeSet<>();
    for (int seed = 0; seed < 200; seed++) {
      DiskWorld world = world(seed);
      always(world, Fault.DISK_SHORT_WRITE);
      DiskFile file = world.file("f");
      int written = write(file, filled(10, 1), 0);
      lengths.add(written);
      always(world, Fault.DISK_SHORT_READ);
      int read = read(file, 0, 10).length;
      assertTrue(read >= 1 && read <= written, () -> read + " of " + written);
    }
    assertEquals(new TreeSet<>(Arrays.asList(1, 2, 3, 4, 5, 6, 7, 8, 9)), lengths);
  }

  @Test
  void errorsAreToldAndChangeNothing() throws IOException {
    DiskWorld world = world(1);
    DiskFile file = world.file("f");
    write(file, filled(10, 1), 0);
    always(world, Fault.DISK_WRITE_ERROR);
    assertEquals(Errno.EIO, errno(() -> write(file, filled(20, 2), 0)));
    always(world, Fault.DISK_FULL);
    assertEquals(Errno.ENOSPC, errno(() -> write(file, filled(20, 2), 0)));
    assertEquals(Errno.ENOSPC, errno(() -> world.file("g")));
    always(world, Fault.DISK_READ_ERROR);
    assertEquals(Errno.EIO, errno(() -> read(file, 0, 10)));
    always(world, Fault.DISK_TRY_AGAIN);
    assertEquals(Errno.EAGAIN, errno(() -> read(file, 0, 10)));
    world.faults.stop();
    assertArrayEquals(filled(10, 1), read(file, 0, 20));
  }

  @Test
  void slowCallsTakeLongerThanOthers() {
    DiskWorld world = world(1);
    long most = world.faults.limit(Limit.DISK_LATENCY_MOST);
    for (int i = 0; i < 100; i++) {
      long usual = world.disk.latency();
      assertTrue(usual >= world.faults.limit(Limit.DISK_LATENCY_LEAST) && usual <= most);
    }
    always(world, Fault.DISK_SLOW);
    assertTrue(world.disk.latency() >= most);
  }
}
