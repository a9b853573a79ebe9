// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static dev.xsc.ffm.internal.XscDeviceAbi.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.xsc.ring.Capabilities;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.KernelPolicy;
import dev.xsc.ring.Op;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Support;
import dev.xsc.spi.SqeDialect;
import java.lang.foreign.MemorySegment;

/**
 * The first drivers, which leave the parameters of a ring as they were, so that their features are
 * 0: what must be known of them instead. They have the compact layout, a write that rings, and a
 * poll that waits; they take entries one by one, know no cancel, link, drain or registered
 * resource, and write over completions that nobody has reaped.
 *
 * <p>Operations of theirs run in a thread of the kernel, with its rights. So they are used only
 * where somebody has asked for the XSC driver and nothing else, and only for what needs no name and
 * makes no descriptor.
 */
final class XscOldDriver {
  /** The ring page is itself a structure of the type that later drivers tell offsets in. */
  private static final int WORDS = 6;

  private static final int PAGE = 4096;

  /** Entries of either queue: of a longer array, only the first page would really be mapped. */
  static final int SQ_ENTRIES = PAGE / 64;

  static final int CQ_ENTRIES = PAGE / 16;

  /** No flag but 0: what an entry asks for with another would not be done. */
  static final SqeDialect DIALECT = dialect(Op.READ, Op.WRITE, Op.FSYNC);

  private XscOldDriver() {}

  /** Whether a ring was set up by such a driver. */
  static boolean madeThis(MemorySegment params) {
    return params.get(JAVA_INT, Params.FEATURES) == 0;
  }

  /** Whether somebody wants this driver rather than none. */
  static boolean wanted(RingOptions options) {
    return options.policy().equals(KernelPolicy.only(KernelKind.XSC));
  }

  /** Whether a ring of this size is mapped as a whole. */
  static boolean fits(MemorySegment params) {
    return params.get(JAVA_INT, Params.SQ_ENTRIES) <= SQ_ENTRIES
        && params.get(JAVA_INT, Params.CQ_ENTRIES) <= CQ_ENTRIES;
  }

  /** Cuts a ring's sizes to what is mapped as a whole. */
  static void cut(MemorySegment params) {
    params.set(
        JAVA_INT, Params.SQ_ENTRIES, Math.min(SQ_ENTRIES, params.get(JAVA_INT, Params.SQ_ENTRIES)));
    params.set(
        JAVA_INT, Params.CQ_ENTRIES, Math.min(CQ_ENTRIES, params.get(JAVA_INT, Params.CQ_ENTRIES)));
  }

  /** Tells the offsets of the compact layout, as a later driver would. */
  static void tellOffsets(MemorySegment params) {
    for (int word = 0; word < WORDS; word++) {
      int offset = word * Integer.BYTES;
      params.set(JAVA_INT, (long) Params.SQ_OFF + offset, offset);
      params.set(JAVA_INT, (long) Params.CQ_OFF + offset, offset);
    }
  }

  /** What can be done, less what the options mask. */
  static Capabilities capabilities(RingOptions options) {
    Capabilities.Builder can =
        Capabilities.builder("XSC driver (/dev/xsc, one of the first, inline)");
    for (Op op : Op.values()) {
      if (DIALECT.opcode(op) >= 0 && !options.maskedOps().contains(op)) {
        can.set(op, Support.NATIVE);
      }
    }
    return can.build();
  }

  private static SqeDialect dialect(Op... ops) {
    SqeDialect.Builder builder = SqeDialect.builder();
    for (Op op : ops) {
      builder.op(op, SqeDialect.XSC.opcode(op), SqeDialect.XSC.streamOpcode(op));
    }
    return builder.build();
  }
}
