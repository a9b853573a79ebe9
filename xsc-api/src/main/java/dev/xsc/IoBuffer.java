// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.xsc.internal.BufferLoan;
import dev.xsc.internal.BufferState;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Native memory of an {@link IoArena} that knows whether an operation has it. The safe thing to
 * read into and write from: it cannot be freed under a kernel, and in checked mode it cannot be
 * touched under one either.
 *
 * <p>No position, no limit: operations use the whole buffer, and {@link #slice} gives parts. Any
 * number of threads may use it at a time, with the care that shared memory needs. Numbers are in
 * native byte order.
 */
public final class IoBuffer {
  private final BufferLoan loan;
  private final boolean checked;

  IoBuffer(MemorySegment segment, BufferState state, boolean checked) {
    this.loan = new BufferLoan(segment, state);
    this.checked = checked;
  }

  BufferLoan loan() {
    return loan;
  }

  BufferState state() {
    return loan.state();
  }

  /** Bytes. */
  public long size() {
    return loan.segment().byteSize();
  }

  /** A part of this buffer: same memory, and in flight together with the whole. */
  public IoBuffer slice(long offset, long size) {
    return new IoBuffer(loan.segment().asSlice(offset, size), loan.state(), checked);
  }

  /** Whether an operation has this buffer, or another part of the same. */
  public boolean isInFlight() {
    return loan.state().inFlight() > 0;
  }

  /**
   * The memory itself. Checked only now: what is done with it later is not.
   *
   * @throws IllegalStateException in checked mode, if the buffer is in flight
   */
  public MemorySegment segment() {
    return access("segment");
  }

  /** A view of the memory; see {@link #segment()}. */
  public ByteBuffer asByteBuffer() {
    return access("view").asByteBuffer();
  }

  /** The byte at this offset. */
  public byte getByte(long offset) {
    return access("read").get(JAVA_BYTE, offset);
  }

  /** Sets the byte at this offset. */
  public IoBuffer putByte(long offset, byte value) {
    access("write").set(JAVA_BYTE, offset, value);
    return this;
  }

  /** The int at this offset. */
  public int getInt(long offset) {
    return access("read").get(JAVA_INT_UNALIGNED, offset);
  }

  /** Sets the int at this offset. */
  public IoBuffer putInt(long offset, int value) {
    access("write").set(JAVA_INT_UNALIGNED, offset, value);
    return this;
  }

  /** The long at this offset. */
  public long getLong(long offset) {
    return access("read").get(JAVA_LONG_UNALIGNED, offset);
  }

  /** Sets the long at this offset. */
  public IoBuffer putLong(long offset, long value) {
    access("write").set(JAVA_LONG_UNALIGNED, offset, value);
    return this;
  }

  /** Copies bytes out. */
  public byte[] getBytes(long offset, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(access("read"), JAVA_BYTE, offset, bytes, 0, length);
    return bytes;
  }

  /** Copies bytes in. */
  public IoBuffer putBytes(long offset, byte[] bytes) {
    MemorySegment.copy(bytes, 0, access("write"), JAVA_BYTE, offset, bytes.length);
    return this;
  }

  /** The bytes as UTF-8 text. */
  public String getString(long offset, int length) {
    return new String(getBytes(offset, length), StandardCharsets.UTF_8);
  }

  /** Fills the buffer with one value. */
  public IoBuffer fill(byte value) {
    access("write").fill(value);
    return this;
  }

  private MemorySegment access(String what) {
    if (checked) {
      loan.state().checkIdle(what);
    }
    return loan.segment();
  }

  @Override
  public String toString() {
    BufferState state = loan.state();
    String use = state.inFlight() == 0 ? "idle" : Objects.toString(state.borrower()) + " in flight";
    return "IoBuffer[" + size() + " bytes, " + use + "]";
  }
}
