// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static dev.xsc.ffm.internal.IoUringAbi.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.Op;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Support;
import dev.xsc.spi.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Makes an io_uring instance with the best set-up that the running kernel takes, and asks it what
 * it can do. Features are found by trying, never from a version number.
 *
 * @param fd the ring's descriptor
 * @param params as the kernel wrote them back, on the heap
 * @param flags set-up flags in force
 */
record IoUringSetup(int fd, MemorySegment params, int flags) {
  /**
   * What the oldest supported kernel, 5.15, offers: without these the ring protocol here does not
   * work.
   */
  private static final int REQUIRED =
      FEAT_NODROP | FEAT_SUBMIT_STABLE | FEAT_RW_CUR_POS | FEAT_FAST_POLL | FEAT_EXT_ARG;

  /**
   * From the newest kernels to the oldest: each refuses flags that it does not know with EINVAL.
   */
  private static final int[] PREFERENCES = {
    SETUP_SUBMIT_ALL
        | SETUP_SINGLE_ISSUER
        | SETUP_DEFER_TASKRUN
        | SETUP_TASKRUN_FLAG
        | SETUP_NO_SQARRAY,
    SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN | SETUP_TASKRUN_FLAG,
    SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER | SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG,
    SETUP_SUBMIT_ALL | SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG,
    SETUP_SUBMIT_ALL,
    0
  };

  /**
   * Completion work of a polled ring is done by its kernel thread, so the task-run flags do not
   * apply.
   */
  private static final int[] POLLING_PREFERENCES = {
    SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER | SETUP_NO_SQARRAY,
    SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER,
    SETUP_SUBMIT_ALL,
    0
  };

  static IoUringSetup open(RingOptions options) throws KernelException {
    int result = -Errno.EINVAL;
    for (int preference : options.submissionPolling() ? POLLING_PREFERENCES : PREFERENCES) {
      MemorySegment params = MemorySegment.ofArray(new long[PARAMS_SIZE / Long.BYTES]);
      int flags =
          preference
              | SETUP_CQSIZE
              | SETUP_CLAMP
              | (options.submissionPolling() ? SETUP_SQPOLL : 0);
      params.set(JAVA_INT, PARAMS_FLAGS, flags);
      params.set(JAVA_INT, PARAMS_CQ_ENTRIES, options.completionEntries());
      params.set(JAVA_INT, PARAMS_SQ_THREAD_IDLE, options.pollingIdleMillis());
      result = setup(options.entries(), params);
      if (result >= 0) {
        return new IoUringSetup(result, params, flags).orTooOld();
      }
      if (result != -Errno.EINVAL) {
        break;
      }
    }
    throw IoUringRefusal.of(-result, options);
  }

  private static int setup(int entries, MemorySegment params) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment shared = arena.allocate(PARAMS_SIZE, 8).copyFrom(params);
      MemorySegment errno = Libc.allocateErrno(arena);
      int result = Libc.syscall(errno, SYS_SETUP, entries, shared.address(), 0, 0, 0, 0);
      params.copyFrom(shared);
      return result;
    }
  }

  private IoUringSetup orTooOld() throws KernelException {
    int missing = REQUIRED & ~params.get(JAVA_INT, PARAMS_FEATURES);
    if (missing != 0) {
      Libc.INSTANCE.close(fd);
      throw IoUringRefusal.tooOld(missing);
    }
    return this;
  }

  boolean polls() {
    return (flags & SETUP_SQPOLL) != 0;
  }

  boolean hasSubmissionArray() {
    return (flags & SETUP_NO_SQARRAY) == 0;
  }

  int submissionEntries() {
    return params.get(JAVA_INT, PARAMS_SQ_ENTRIES);
  }

  int completionEntries() {
    return params.get(JAVA_INT, PARAMS_CQ_ENTRIES);
  }

  boolean singleMapping() {
    return (params.get(JAVA_INT, PARAMS_FEATURES) & FEAT_SINGLE_MMAP) != 0;
  }

  /** Offset of a word of the submission ring, by its index in {@code struct io_sqring_offsets}. */
  int submissionOffset(int index) {
    return params.get(JAVA_INT, PARAMS_SQ_OFF + 4L * index);
  }

  /** Offset of a word of the completion ring, by its index in {@code struct io_cqring_offsets}. */
  int completionOffset(int index) {
    return params.get(JAVA_INT, PARAMS_CQ_OFF + 4L * index);
  }

  /** Asks the kernel which operations it has, less those that the options mask. */
  Capabilities probe(RingOptions options) throws KernelException {
    BitSet present = probeOps();
    Capabilities.Builder can = Capabilities.builder(description());
    for (Op op : Op.values()) {
      int number = DIALECT.opcode(op);
      if (number >= 0 && present.get(number) && !options.maskedOps().contains(op)) {
        can.set(op, Support.NATIVE);
      }
    }
    boolean has519 = present.get(OP_SOCKET);
    feature(can, options, Feature.FIXED_FILES, true);
    feature(can, options, Feature.FIXED_BUFFERS, true);
    feature(can, options, Feature.NO_DROP, true);
    feature(can, options, Feature.DIRECTORIES, true);
    feature(can, options, Feature.SUBMISSION_POLLING, polls());
    feature(can, options, Feature.MULTISHOT_ACCEPT, has519);
    feature(can, options, Feature.BUFFER_GROUPS, has519);
    feature(can, options, Feature.CANCEL_FD, has519);
    feature(can, options, Feature.CANCEL_ANY, has519);
    feature(can, options, Feature.MULTISHOT_RECV, present.get(OP_SEND_ZC));
    return can.build();
  }

  private static void feature(
      Capabilities.Builder can, RingOptions options, Feature feature, boolean present) {
    if (present && !options.maskedFeatures().contains(feature)) {
      can.set(feature, Support.NATIVE);
    }
  }

  private BitSet probeOps() throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment probe = arena.allocate(PROBE_FIRST + (long) PROBE_OPS * PROBE_ENTRY, 8);
      int result =
          Libc.syscall(
              Libc.allocateErrno(arena),
              SYS_REGISTER,
              fd,
              REGISTER_PROBE,
              probe.address(),
              PROBE_OPS,
              0,
              0);
      if (result < 0) {
        throw new KernelException(
            -result, "io_uring does not say which operations it has (IORING_REGISTER_PROBE)");
      }
      BitSet present = new BitSet();
      int count = Byte.toUnsignedInt(probe.get(JAVA_BYTE, PROBE_OPS_LEN));
      for (int i = 0; i < count; i++) {
        long entry = PROBE_FIRST + (long) i * PROBE_ENTRY;
        present.set(i, (probe.get(JAVA_SHORT, entry + PROBE_ENTRY_FLAGS) & PROBE_SUPPORTED) != 0);
      }
      return present;
    }
  }

  private String description() {
    StringBuilder text =
        new StringBuilder("io_uring (Linux ").append(System.getProperty("os.version"));
    if ((flags & SETUP_DEFER_TASKRUN) != 0) {
      text.append(", deferred task run");
    } else if ((flags & SETUP_COOP_TASKRUN) != 0) {
      text.append(", cooperative task run");
    }
    if ((flags & SETUP_SINGLE_ISSUER) != 0) {
      text.append(", single issuer");
    }
    if (polls()) {
      text.append(", submission polling");
    }
    return text.append(')').toString();
  }
}
