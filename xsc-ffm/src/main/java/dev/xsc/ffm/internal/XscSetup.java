// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static dev.xsc.ffm.internal.XscDeviceAbi.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Feature;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Support;
import dev.xsc.spi.CqeLayout;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeDialect;
import dev.xsc.spi.SqeLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * One opened {@code /dev/xsc} with its ring set up and mapped, and what the driver can do.
 *
 * @param fd the device's descriptor
 * @param ring the mapped ring
 * @param scratch memory of no scope, for the calls of the hot path
 * @param mappings everything to be unmapped
 * @param dialect how its entries are written
 * @param capabilities less what the options mask
 * @param polls whether threads are to be lent to the driver
 * @param old whether it is an {@link XscOldDriver}
 */
record XscSetup(
    int fd,
    RingMemory ring,
    MemorySegment scratch,
    List<Mapping> mappings,
    SqeDialect dialect,
    Capabilities capabilities,
    boolean polls,
    boolean old) {
  private static final String DEVICE = "/dev/xsc";
  private static final int REQUIRED = FEAT_OFFSETS | FEAT_ENTER | FEAT_NODROP | FEAT_PROBE;
  private static final int SCRATCH_SIZE = 256;

  /** Opens, sets up and maps; on failure nothing stays open. */
  static XscSetup open(RingOptions options) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(Params.SIZE, 8);
      params.set(JAVA_INT, Params.SQ_ENTRIES, options.entries());
      params.set(JAVA_INT, Params.CQ_ENTRIES, options.completionEntries());
      int fd = openRing(params, options);
      boolean old = XscOldDriver.madeThis(params);
      if (old && !XscOldDriver.fits(params)) {
        // Before anything is mapped.
        Libc.INSTANCE.close(fd);
        XscOldDriver.cut(params);
        fd = openRing(params, options);
      }
      List<Mapping> mappings = new ArrayList<>();
      try {
        return old ? mapOld(fd, params, options, mappings) : map(fd, params, options, mappings);
      } catch (KernelException e) {
        mappings.forEach(Mapping::unmap);
        Libc.INSTANCE.close(fd);
        throw e;
      }
    }
  }

  private static XscSetup map(
      int fd, MemorySegment params, RingOptions options, List<Mapping> mappings)
      throws KernelException {
    int missing = REQUIRED & ~params.get(JAVA_INT, Params.FEATURES);
    if (missing != 0) {
      throw XscRefusal.tooOld(missing);
    }
    boolean polls =
        options.submissionPolling()
            && (params.get(JAVA_INT, Params.FEATURES) & FEAT_WORKERS) != 0
            && !options.maskedFeatures().contains(Feature.SUBMISSION_POLLING);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment probe = arena.allocate(Probe.SIZE, 8);
      call(fd, IOC_PROBE, probe, "asking the driver what it can do");
      Capabilities capabilities = capabilities(probe, options, polls);
      RingMemory ring = mapRing(fd, params, mappings);
      return new XscSetup(
          fd, ring, scratch(mappings), mappings, SqeDialect.XSC, capabilities, polls, false);
    }
  }

  private static XscSetup mapOld(
      int fd, MemorySegment params, RingOptions options, List<Mapping> mappings)
      throws KernelException {
    if (!XscOldDriver.wanted(options)) {
      throw XscRefusal.oldDriver();
    }
    XscOldDriver.tellOffsets(params);
    RingMemory ring = mapRing(fd, params, mappings);
    Capabilities capabilities = XscOldDriver.capabilities(options);
    return new XscSetup(
        fd, ring, scratch(mappings), mappings, XscOldDriver.DIALECT, capabilities, false, true);
  }

  /** An {@code ioctl(2)} that is made once in a while. */
  static void call(int fd, int request, MemorySegment argument, String purpose)
      throws KernelException {
    int result = Libc.ioctl(fd, request, argument.address());
    if (result < 0) {
      throw new KernelException(-result, purpose + " failed");
    }
  }

  /** The descriptor of a ring that is set up as {@code params} asks, and says how in them. */
  private static int openRing(MemorySegment params, RingOptions options) throws KernelException {
    int fd = Libc.open(DEVICE, Posix.O_RDWR | Posix.O_CLOEXEC);
    if (fd < 0) {
      throw XscRefusal.ofOpen(-fd);
    }
    params.set(JAVA_INT, Params.FLAGS, SETUP_CACHELINE | SETUP_CLAMP);
    int result = Libc.ioctl(fd, IOC_SETUP, params.address());
    if (result < 0) {
      Libc.INSTANCE.close(fd);
      throw XscRefusal.ofSetup(-result, options);
    }
    return fd;
  }

  private static MemorySegment scratch(List<Mapping> mappings) throws KernelException {
    Mapping scratch = Mapping.anonymous(SCRATCH_SIZE);
    mappings.add(scratch);
    return scratch.segment();
  }

  private static RingMemory mapRing(int fd, MemorySegment params, List<Mapping> mappings)
      throws KernelException {
    int sqEntries = params.get(JAVA_INT, Params.SQ_ENTRIES);
    int cqEntries = params.get(JAVA_INT, Params.CQ_ENTRIES);
    MemorySegment sqOffsets = params.asSlice(Params.SQ_OFF);
    MemorySegment cqOffsets = params.asSlice(Params.CQ_OFF);
    MemorySegment sq = map(fd, indexSize(sqOffsets), OFF_SQ_RING, mappings);
    MemorySegment cq = map(fd, indexSize(cqOffsets), OFF_CQ_RING, mappings);
    MemorySegment sqes = map(fd, (long) sqEntries * SqeLayout.SIZE, OFF_SQES, mappings);
    MemorySegment cqes = map(fd, (long) cqEntries * CqeLayout.SIZE, OFF_CQES, mappings);
    return new RingMemory(
        new RingMemory.Submission(
            word(sq, sqOffsets, SqringOffsets.HEAD),
            word(sq, sqOffsets, SqringOffsets.TAIL),
            word(sq, sqOffsets, SqringOffsets.FLAGS),
            word(sq, sqOffsets, SqringOffsets.DROPPED),
            sqes,
            sqEntries),
        new RingMemory.Completion(
            word(cq, cqOffsets, CqringOffsets.HEAD),
            word(cq, cqOffsets, CqringOffsets.TAIL),
            word(cq, cqOffsets, CqringOffsets.OVERFLOW),
            cqes,
            cqEntries),
        null);
  }

  /** Both rings of indices fill one page, of which only the words in use are mapped. */
  private static long indexSize(MemorySegment offsets) {
    int last = 0;
    // Head, tail, mask, entries and two more words, whatever their order.
    for (int i = 0; i < 6; i++) {
      last = Math.max(last, offsets.get(JAVA_INT, (long) i * Integer.BYTES));
    }
    return (long) last + Integer.BYTES;
  }

  private static MemorySegment word(MemorySegment page, MemorySegment offsets, int field) {
    return page.asSlice(offsets.get(JAVA_INT, field), Integer.BYTES);
  }

  private static MemorySegment map(int fd, long size, long offset, List<Mapping> mappings)
      throws KernelException {
    Mapping mapping = Mapping.ofRing(fd, size, offset);
    mappings.add(mapping);
    return mapping.segment();
  }

  private static Capabilities capabilities(
      MemorySegment probe, RingOptions options, boolean polls) {
    String mode = polls ? ", polled by " + options.pollingThreads() + " thread(s)" : ", inline";
    Capabilities.Builder can =
        Capabilities.builder(
            "XSC driver (" + DEVICE + ", ABI " + probe.get(JAVA_INT, Probe.ABI) + mode + ")");
    for (Op op : Op.values()) {
      if (has(probe, op) && !options.maskedOps().contains(op)) {
        can.set(op, Support.NATIVE);
      }
    }
    for (Feature feature : Feature.values()) {
      if (has(probe, feature, polls) && !options.maskedFeatures().contains(feature)) {
        can.set(feature, Support.NATIVE);
      }
    }
    return can.build();
  }

  private static boolean has(MemorySegment probe, Op op) {
    int stream = SqeDialect.XSC.streamOpcode(op);
    return has(probe, SqeDialect.XSC.opcode(op)) && (stream < 0 || has(probe, stream));
  }

  private static boolean has(MemorySegment probe, Feature feature, boolean polls) {
    return switch (feature) {
      case SUBMISSION_POLLING -> polls;
      case MULTISHOT_ACCEPT -> has(probe, Op.ACCEPT);
      case MULTISHOT_RECV, BUFFER_GROUPS -> has(probe, Op.RECV);
      case FIXED_BUFFERS -> has(probe, Op.READ_FIXED);
      case CANCEL_FD, CANCEL_ANY -> has(probe, Op.CANCEL);
      // The module flavour lacks this one for the same reason: security hooks out of its reach.
      case DIRECTORIES -> has(probe, Op.SHUTDOWN);
      case FIXED_FILES, NO_DROP -> true;
    };
  }

  private static boolean has(MemorySegment probe, int opcode) {
    if (opcode < 0) {
      return false;
    }
    long word = probe.get(JAVA_LONG, Probe.OPS + (long) (opcode / Long.SIZE) * Long.BYTES);
    return (word >>> opcode & 1) != 0;
  }
}
