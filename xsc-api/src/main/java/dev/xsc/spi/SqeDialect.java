// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import dev.xsc.ring.Op;
import java.util.Arrays;

/**
 * How one kernel family numbers operations and flags in a submission queue entry. The layout is the
 * same everywhere ({@link SqeLayout}); this is the rest, as data, so that {@link dev.xsc.ring.Sqe}
 * is written once.
 *
 * <p>Immutable; one constant per kernel family.
 */
@SuppressWarnings("EnumOrdinal") // opcodes come from an array, on the hot path
public final class SqeDialect {
  /** The numbers of {@code include/uapi/linux/xsc.h}: the driver and the simulator. */
  public static final SqeDialect XSC = XscAbi.dialect();

  private static final int ABSENT = -1;

  private final int[] opcodes;
  private final int[] streamOpcodes;
  private final long streamOffset;
  private final int link;
  private final int hardlink;
  private final int drain;
  private final int async;
  private final int fixedFile;
  private final int bufferSelect;
  private final int multishotAccept;
  private final int multishotRecv;
  private final int timeoutLen;
  private final boolean addressLengthInOff;
  private final boolean socketTypeInOff;

  private SqeDialect(Builder b) {
    opcodes = b.opcodes.clone();
    streamOpcodes = b.streamOpcodes.clone();
    streamOffset = b.streamOffset;
    link = b.link;
    hardlink = b.hardlink;
    drain = b.drain;
    async = b.async;
    fixedFile = b.fixedFile;
    bufferSelect = b.bufferSelect;
    multishotAccept = b.multishotAccept;
    multishotRecv = b.multishotRecv;
    timeoutLen = b.timeoutLen;
    addressLengthInOff = b.addressLengthInOff;
    socketTypeInOff = b.socketTypeInOff;
  }

  /** Number of an operation, or −1 if this family has none. */
  public int opcode(Op op) {
    return opcodes[op.ordinal()];
  }

  /** Number of a read or write at the file position. */
  public int streamOpcode(Op op) {
    return streamOpcodes[op.ordinal()];
  }

  /** What stands in {@link SqeLayout#OFF} for the file position. */
  public long streamOffset() {
    return streamOffset;
  }

  /** Entry flag: the next entry starts only if this one succeeds. */
  public int link() {
    return link;
  }

  /** Entry flag: the next entry starts when this one ends, however it ends. */
  public int hardlink() {
    return hardlink;
  }

  /**
   * Entry flag: start after all earlier entries have ended, and hold back later ones until this
   * has.
   */
  public int drain() {
    return drain;
  }

  /** Entry flag: do not try in the submitter's context. */
  public int async() {
    return async;
  }

  /** Entry flag: the descriptor is an index into the registered table. */
  public int fixedFile() {
    return fixedFile;
  }

  /** Entry flag: take the buffer from the group in {@link SqeLayout#BUF_INDEX}. */
  public int bufferSelect() {
    return bufferSelect;
  }

  /** {@link SqeLayout#IOPRIO} of a multishot accept. */
  public int multishotAccept() {
    return multishotAccept;
  }

  /** {@link SqeLayout#IOPRIO} of a multishot receive. */
  public int multishotRecv() {
    return multishotRecv;
  }

  /** What a time-out carries in {@link SqeLayout#LEN}. */
  public int timeoutLen() {
    return timeoutLen;
  }

  /**
   * Whether CONNECT and BIND carry the address length in {@link SqeLayout#OFF} instead of {@link
   * SqeLayout#LEN}.
   */
  public boolean addressLengthInOff() {
    return addressLengthInOff;
  }

  /** Whether SOCKET carries type and protocol in {OFF, LEN} instead of {LEN, OFF}. */
  public boolean socketTypeInOff() {
    return socketTypeInOff;
  }

  /** Starts an empty dialect. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects a dialect; used once by each kernel family, in a static initialiser. */
  public static final class Builder {
    private final int[] opcodes = new int[Op.values().length];
    private final int[] streamOpcodes = new int[Op.values().length];
    private long streamOffset;
    private int link;
    private int hardlink;
    private int drain;
    private int async;
    private int fixedFile;
    private int bufferSelect;
    private int multishotAccept;
    private int multishotRecv;
    private int timeoutLen;
    private boolean addressLengthInOff;
    private boolean socketTypeInOff;

    private Builder() {
      Arrays.fill(opcodes, ABSENT);
      Arrays.fill(streamOpcodes, ABSENT);
    }

    /** An operation and its number. */
    public Builder op(Op op, int number) {
      opcodes[op.ordinal()] = number;
      return this;
    }

    /** A read or write that has one number with an offset and one at the file position. */
    public Builder op(Op op, int positional, int stream) {
      opcodes[op.ordinal()] = positional;
      streamOpcodes[op.ordinal()] = stream;
      return this;
    }

    /** See {@link SqeDialect#streamOffset()}. */
    public Builder streamOffset(long value) {
      streamOffset = value;
      return this;
    }

    /** Entry flags that order entries. */
    public Builder orderFlags(int link, int hardlink, int drain) {
      this.link = link;
      this.hardlink = hardlink;
      this.drain = drain;
      return this;
    }

    /** Entry flags that say where the operation runs and what its fields name. */
    public Builder targetFlags(int async, int fixedFile, int bufferSelect) {
      this.async = async;
      this.fixedFile = fixedFile;
      this.bufferSelect = bufferSelect;
      return this;
    }

    /** Bits in {@link SqeLayout#IOPRIO}. */
    public Builder multishot(int accept, int recv) {
      multishotAccept = accept;
      multishotRecv = recv;
      return this;
    }

    /** See {@link SqeDialect#timeoutLen()}. */
    public Builder timeoutLen(int value) {
      timeoutLen = value;
      return this;
    }

    /** See {@link SqeDialect#addressLengthInOff()} and {@link SqeDialect#socketTypeInOff()}. */
    public Builder socketFieldsInOff() {
      addressLengthInOff = true;
      socketTypeInOff = true;
      return this;
    }

    /** The finished dialect. */
    public SqeDialect build() {
      return new SqeDialect(this);
    }
  }
}
