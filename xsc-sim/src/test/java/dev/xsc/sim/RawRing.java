// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.CqeLayout;
import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.SqeLayout;
import dev.xsc.spi.Words;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A user side without checks, to say to a kernel what {@link dev.xsc.ring.Ring} never would. One
 * thread.
 */
final class RawRing implements AutoCloseable {
  private static final long PATIENCE = 10_000_000_000L;

  final Kernel kernel;
  final RingMemory memory;
  private int tail;
  private int head;
  private int inFlight;

  RawRing(RingOptions options) throws KernelException {
    this(SimulatorProvider.isolated(), options);
  }

  RawRing(SimulatorProvider provider, RingOptions options) throws KernelException {
    kernel = provider.open(options);
    memory = kernel.memory();
  }

  record Cqe(long userData, int result, int flags) {
    @Override
    public String toString() {
      return userData
          + "="
          + (result < 0 ? Errno.name(result) : result)
          + (flags == 0 ? "" : "/" + flags);
    }
  }

  /** An entry to be changed before {@link #publish()}. */
  final class Entry {
    private final long at = (long) (tail & (memory.sq().capacity() - 1)) * SqeLayout.SIZE;
    private final int slot = tail & (memory.sq().capacity() - 1);

    Entry u8(int offset, int value) {
      memory.sq().entries().set(ValueLayout.JAVA_BYTE, at + offset, (byte) value);
      return this;
    }

    Entry u16(int offset, int value) {
      memory.sq().entries().set(ValueLayout.JAVA_SHORT, at + offset, (short) value);
      return this;
    }

    Entry u32(int offset, int value) {
      memory.sq().entries().set(ValueLayout.JAVA_INT, at + offset, value);
      return this;
    }

    Entry u64(int offset, long value) {
      memory.sq().entries().set(ValueLayout.JAVA_LONG, at + offset, value);
      return this;
    }

    Entry flags(int value) {
      return u8(SqeLayout.FLAGS, value);
    }

    Entry fd(int value) {
      return u32(SqeLayout.FD, value);
    }

    Entry off(long value) {
      return u64(SqeLayout.OFF, value);
    }

    Entry len(int value) {
      return u32(SqeLayout.LEN, value);
    }

    Entry opFlags(int value) {
      return u32(SqeLayout.OP_FLAGS, value);
    }

    Entry address(long value) {
      return u64(SqeLayout.ADDR, value);
    }

    Entry reference(Object value) {
      references()[slot] = value;
      return this;
    }

    /** The segment, as {@link dev.xsc.ring.Sqe} would name it. */
    Entry buffer(MemorySegment segment) {
      return address(segment.address()).len((int) segment.byteSize()).reference(segment);
    }
  }

  Object[] references() {
    return memory.references();
  }

  Entry next(int opcode, long userData) {
    Entry entry = new Entry();
    memory.sq().entries().asSlice(entry.at, SqeLayout.SIZE).fill((byte) 0);
    references()[entry.slot] = null;
    tail++;
    inFlight++;
    return entry.u8(SqeLayout.OPCODE, opcode).u64(SqeLayout.USER_DATA, userData);
  }

  /** Makes the entries visible. */
  int publish() {
    int fresh = tail - Words.getPlain(memory.sq().tail());
    Words.setRelease(memory.sq().tail(), tail);
    return fresh;
  }

  int submit() {
    int fresh = publish();
    int taken = kernel.enter(fresh, 0, 0, 0);
    assertEquals(fresh, taken, "entries taken");
    return taken;
  }

  int flags() {
    return Words.getOpaque(memory.sq().flags());
  }

  /** Completions that can be read now. */
  List<Cqe> reap() {
    List<Cqe> result = new ArrayList<>();
    int end = Words.getAcquire(memory.cq().tail());
    while (head != end) {
      long at = (long) (head & (memory.cq().capacity() - 1)) * CqeLayout.SIZE;
      Cqe cqe =
          new Cqe(
              memory.cq().entries().get(ValueLayout.JAVA_LONG, at + CqeLayout.USER_DATA),
              memory.cq().entries().get(ValueLayout.JAVA_INT, at + CqeLayout.RES),
              memory.cq().entries().get(ValueLayout.JAVA_INT, at + CqeLayout.FLAGS));
      result.add(cqe);
      inFlight -= (cqe.flags() & 2) == 0 ? 1 : 0;
      head++;
    }
    Words.setRelease(memory.cq().head(), head);
    return result;
  }

  /** Waits for exactly this many completions. */
  List<Cqe> await(int count) {
    List<Cqe> result = new ArrayList<>();
    long end = System.nanoTime() + PATIENCE;
    while (result.size() < count) {
      kernel.enter(0, 1, 100_000_000, 0);
      result.addAll(reap());
      if (System.nanoTime() > end) {
        fail("expected " + count + " completions, got " + result);
      }
    }
    assertEquals(count, result.size(), result::toString);
    return result;
  }

  /** The result of the only entry. */
  int run() {
    submit();
    return await(1).getFirst().result();
  }

  /** Entries that will have no completion. */
  void forget(int count) {
    inFlight -= count;
  }

  @Override
  public void close() {
    while (inFlight > 0) {
      kernel.cancelAll();
      kernel.enter(0, 1, 10_000_000, 0);
      reap();
    }
    kernel.close();
  }
}
