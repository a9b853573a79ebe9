// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static dev.xsc.ffm.internal.IoUringAbi.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.xsc.spi.CqeLayout;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The mappings of one io_uring instance. The ring refuses every access after {@link #unmap()}. */
record IoUringMemory(RingMemory ring, MemorySegment scratch, List<Mapping> mappings) {
  /** Bytes of the scratch memory, which is for the system calls of the hot path. */
  private static final int SCRATCH_SIZE = 256;

  /** Maps the rings and the entries; on failure nothing stays mapped. */
  static IoUringMemory map(IoUringSetup setup) throws KernelException {
    int sqEntries = setup.submissionEntries();
    int cqEntries = setup.completionEntries();
    long sqSize = submissionRingSize(setup, sqEntries);
    long cqSize = setup.completionOffset(CQ_CQES) + (long) cqEntries * CqeLayout.SIZE;
    List<Mapping> mappings = new ArrayList<>();
    try {
      boolean single = setup.singleMapping();
      MemorySegment sq =
          mapRing(setup.fd(), single ? Math.max(sqSize, cqSize) : sqSize, OFF_SQ_RING, mappings);
      MemorySegment cq = single ? sq : mapRing(setup.fd(), cqSize, OFF_CQ_RING, mappings);
      MemorySegment sqes =
          mapRing(setup.fd(), (long) sqEntries * SqeLayout.SIZE, OFF_SQES, mappings);
      if (setup.hasSubmissionArray()) {
        // Slot i of the queue always names entry i, so that nobody has to write this array again.
        for (int i = 0; i < sqEntries; i++) {
          sq.set(JAVA_INT, setup.submissionOffset(SQ_ARRAY) + 4L * i, i);
        }
      }
      Mapping scratch = Mapping.anonymous(SCRATCH_SIZE);
      mappings.add(scratch);
      return new IoUringMemory(layOut(setup, sq, cq, sqes), scratch.segment(), mappings);
    } catch (KernelException e) {
      mappings.forEach(Mapping::unmap);
      throw e;
    }
  }

  void unmap() {
    mappings.forEach(Mapping::unmap);
  }

  private static long submissionRingSize(IoUringSetup setup, int entries) {
    // Without the array, the words lie in front of the completion entries, in the same mapping.
    return setup.hasSubmissionArray()
        ? setup.submissionOffset(SQ_ARRAY) + 4L * entries
        : setup.completionOffset(CQ_CQES);
  }

  private static RingMemory layOut(
      IoUringSetup setup, MemorySegment sq, MemorySegment cq, MemorySegment sqes) {
    var submission =
        new RingMemory.Submission(
            word(sq, setup.submissionOffset(SQ_HEAD)),
            word(sq, setup.submissionOffset(SQ_TAIL)),
            word(sq, setup.submissionOffset(SQ_FLAGS)),
            word(sq, setup.submissionOffset(SQ_DROPPED)),
            sqes,
            setup.submissionEntries());
    var completion =
        new RingMemory.Completion(
            word(cq, setup.completionOffset(CQ_HEAD)),
            word(cq, setup.completionOffset(CQ_TAIL)),
            word(cq, setup.completionOffset(CQ_OVERFLOW)),
            cq.asSlice(
                setup.completionOffset(CQ_CQES), (long) setup.completionEntries() * CqeLayout.SIZE),
            setup.completionEntries());
    return new RingMemory(submission, completion, null);
  }

  private static MemorySegment word(MemorySegment ring, int offset) {
    return ring.asSlice(offset, Integer.BYTES);
  }

  private static MemorySegment mapRing(int fd, long size, long offset, List<Mapping> mappings)
      throws KernelException {
    Mapping mapping = Mapping.ofRing(fd, size, offset);
    mappings.add(mapping);
    return mapping.segment();
  }
}
