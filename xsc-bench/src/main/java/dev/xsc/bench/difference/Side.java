// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.SockAddr;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Timespec;
import dev.xsc.spi.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A ring of one of the two kernels that are compared, and what is open there. One thread. */
final class Side implements AutoCloseable {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int OPERATION = 0;
  private static final int CANCEL = 1;
  private static final int PAUSE = 2;

  /** Lives as long as the ring: a real kernel follows addresses. */
  private final Arena arena = Arena.ofShared();

  private final Ring ring;
  private final long pause;
  private final Set<Integer> open = new LinkedHashSet<>();
  private final int[] results = new int[3];
  private final boolean[] ended = new boolean[3];

  /**
   * One of the two.
   *
   * @param pause milliseconds for what is on its way to arrive
   */
  Side(Ring ring, int pause) {
    this.ring = ring;
    this.pause = pause * NANOS_PER_MILLI;
  }

  /** Calls beside the ring. */
  SystemCalls calls() {
    return ring.calls();
  }

  // ---- operations

  /** Lets arrive what is on its way. */
  void pause() {
    if (pause > 0) {
      MemorySegment time = memory(Timespec.SIZE);
      submit(PAUSE, entry -> entry.timeout(Timespec.write(time, pause), false));
      await(PAUSE);
    }
  }

  /** Runs one operation to its end; returns its result. */
  int run(Consumer<Sqe> operation) {
    submit(OPERATION, operation);
    return await(OPERATION);
  }

  /** Runs one operation to its end, but cancels it if it would have to wait. */
  int attempt(Consumer<Sqe> operation) {
    submit(OPERATION, operation);
    pause();
    submit(CANCEL, entry -> entry.cancel(OPERATION));
    await(CANCEL);
    return await(OPERATION);
  }

  private void submit(int which, Consumer<Sqe> operation) {
    ended[which] = false;
    Sqe entry = ring.next();
    operation.accept(entry);
    entry.userData(which);
  }

  private int await(int which) {
    while (!ended[which]) {
      ring.submitAndWait(1);
      ring.reap((userData, result, _) -> {
        results[(int) userData] = result;
        ended[(int) userData] = true;
      });
    }
    return results[which];
  }

  // ---- descriptors

  /** Has a descriptor closed in the end, if it is one. */
  int keep(int fd) {
    if (fd >= 0) {
      open.add(fd);
    }
    return fd;
  }

  /** A new socket, which is closed in the end. */
  int socket(int family, int type) {
    return keep(require(run(entry -> entry.socket(family, type, 0)), "socket"));
  }

  /** Closes a descriptor; the result. */
  int close(int fd) {
    open.remove(fd);
    return run(entry -> entry.close(fd));
  }

  // ---- memory and text

  MemorySegment memory(int bytes) {
    return arena.allocate(Math.max(8, bytes), 8).asSlice(0, bytes);
  }

  MemorySegment filled(int length, int value) {
    return memory(length).fill((byte) value);
  }

  MemorySegment path(String name) {
    return arena.allocateFrom(name);
  }

  Arena arena() {
    return arena;
  }

  /** A result as text: the numbers of errors are the same everywhere, their names are readable. */
  static String text(int result) {
    return result < 0 ? Errno.name(-result) : Integer.toString(result);
  }

  /** The same where a result is a descriptor, whose number is each kernel's own. */
  static String opened(int result) {
    return result < 0 ? text(result) : "opened";
  }

  /** What arrived, as text. */
  static String received(int result, MemorySegment bytes) {
    return result <= 0
        ? text(result)
        : result + " bytes, " + hash(bytes, (int) Math.min(result, bytes.byteSize()));
  }

  static int hash(MemorySegment bytes, int length) {
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + bytes.get(ValueLayout.JAVA_BYTE, i);
    }
    return hash;
  }

  // ---- sockets

  /** What {@code POLL_ADD} says; io_uring reports the end of input also to those who do not ask. */
  String poll(int fd, int events) {
    int result = attempt(entry -> entry.pollAdd(fd, events));
    return result < 0
        ? text(result)
        : "events " + Integer.toHexString(result & (events | Posix.POLLERR | Posix.POLLHUP));
  }

  /** Sets an option to 1. */
  int enable(int fd, int level, int option) {
    MemorySegment on = memory(Integer.BYTES);
    on.set(ValueLayout.JAVA_INT, 0, 1);
    return calls().setsockopt(fd, level, option, on);
  }

  /** Takes the pending error of a socket. */
  String error(int fd) {
    MemorySegment value = memory(Integer.BYTES);
    int result = calls().getsockopt(fd, Posix.SOL_SOCKET, Posix.SO_ERROR, value);
    int pending = value.get(ValueLayout.JAVA_INT, 0);
    return result < 0 ? text(result) : pending == 0 ? "none" : Errno.name(pending);
  }

  /** Room for the length of an address. */
  MemorySegment addressLength(int length) {
    MemorySegment room = memory(Integer.BYTES);
    room.set(ValueLayout.JAVA_INT, 0, length);
    return room;
  }

  /** An IPv4 address in the kernel's form. */
  MemorySegment inet(InetSocketAddress address) {
    MemorySegment bytes = memory(SockAddr.SIZE_IN);
    SockAddr.write(address, SockAddr.AF_INET, bytes);
    return bytes;
  }

  /** Where a socket is bound. */
  InetSocketAddress name(int fd) {
    MemorySegment address = memory(SockAddr.MAX_SIZE);
    require(calls().getsockname(fd, address, addressLength(SockAddr.MAX_SIZE)), "getsockname");
    return (InetSocketAddress) SockAddr.read(address, SockAddr.SIZE_IN);
  }

  /** What must work before anything can be compared. */
  static int require(int result, String what) {
    if (result < 0) {
      throw new IllegalStateException(what + " before the comparison: " + Errno.name(-result));
    }
    return result;
  }

  @Override
  public void close() {
    List.copyOf(open).forEach(this::close);
    ring.close();
    arena.close();
  }
}
