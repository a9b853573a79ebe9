// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.conformance.KernelUnderTest;
import dev.xsc.conformance.PropertyConformance;
import dev.xsc.conformance.World;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Which entries of a batch run, and with what result, follows from their links alone. */
@AddLifecycleHook(PropertyConformance.class)
class ChainModelTest {
  /** One entry. */
  record Entry(Kind kind, Link link, boolean async) {}

  enum Kind {
    NOP(0, true),
    FAILS(-Errno.ENOENT, false),
    READS(4, true),
    READS_SHORT(4, false);

    final int result;
    final boolean goesOn;

    Kind(int result, boolean goesOn) {
      this.result = result;
      this.goesOn = goesOn;
    }
  }

  enum Link {
    NONE,
    SOFT,
    HARD
  }

  @Provide
  Arbitrary<List<List<Entry>>> batches() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.of(Link.NONE, Link.SOFT, Link.SOFT, Link.HARD, Link.HARD),
            Arbitraries.of(true, false, false))
        .as(Entry::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .list()
        .ofMaxSize(5);
  }

  /** What each entry of a batch completes with. */
  private static List<Integer> model(List<Entry> batch) {
    List<Integer> results = new ArrayList<>();
    boolean broken = false;
    for (Entry entry : batch) {
      results.add(broken ? -Errno.ECANCELED : entry.kind().result);
      broken =
          switch (entry.link()) {
            case NONE -> false;
            case SOFT -> broken || !entry.kind().goesOn;
            case HARD -> broken;
          };
    }
    return results;
  }

  @Property(tries = 100)
  void linksDecideWhatRuns(@ForAll("batches") List<List<Entry>> batches) throws IOException {
    Path folder = World.get().newFolder();
    Path file = Files.createFile(folder.resolve("file"));
    Files.writeString(file, "data");
    try (RingTester ring = RingTester.open(KernelUnderTest.get().options().entries(16).build());
        Arena arena = Arena.ofShared()) {
      MemorySegment path = arena.allocateFrom(file.toString());
      MemorySegment missing = arena.allocateFrom(file + ".missing");
      MemorySegment buffer = arena.allocate(8);
      int fd = Results.assertSuccess(ring.run(sqe -> sqe.openat(Posix.AT_FDCWD, path, 0, 0)));
      for (List<Entry> batch : batches) {
        List<Long> ids = new ArrayList<>();
        for (Entry entry : batch) {
          ids.add(ring.fill(sqe -> fill(sqe, entry, fd, missing, buffer)));
        }
        ring.ring().submit();
        Map<Long, Integer> results = new HashMap<>();
        List<Long> order = new ArrayList<>();
        for (Cqe cqe : ring.awaitAll()) {
          results.put(cqe.userData(), cqe.result());
          order.add(cqe.userData());
        }
        assertEquals(model(batch), ids.stream().map(results::get).toList());
        assertOrder(batch, ids, order);
      }
      ring.run(sqe -> sqe.close(fd));
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  private static void fill(
      Sqe sqe, Entry entry, int fd, MemorySegment missing, MemorySegment buffer) {
    switch (entry.kind()) {
      case NOP -> sqe.nop();
      case FAILS -> sqe.openat(Posix.AT_FDCWD, missing, 0, 0);
      case READS -> sqe.read(fd, buffer.asSlice(0, 4), 0);
      case READS_SHORT -> sqe.read(fd, buffer, 0);
    }
    switch (entry.link()) {
      case NONE -> {}
      case SOFT -> sqe.link();
      case HARD -> sqe.hardlink();
    }
    if (entry.async()) {
      sqe.async();
    }
  }

  /** Entries of one chain complete in their order. */
  private static void assertOrder(List<Entry> batch, List<Long> ids, List<Long> order) {
    for (int i = 1; i < batch.size(); i++) {
      if (batch.get(i - 1).link() != Link.NONE) {
        int before = order.indexOf(ids.get(i - 1));
        int after = order.indexOf(ids.get(i));
        assertEquals(-1, Integer.compare(before, after), () -> "order of completions " + order);
      }
    }
  }
}
