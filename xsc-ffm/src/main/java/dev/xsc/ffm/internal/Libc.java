// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.xsc.ring.Posix;
import dev.xsc.spi.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's functions that the kernels need, as downcalls that return a result or a negated
 * errno. Linux only: loading this class anywhere else fails. Thread-safe.
 */
@SuppressWarnings("restricted") // what this module is for
final class Libc implements SystemCalls {
  static final Libc INSTANCE = new Libc();

  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;

  static final int PROT_READ_WRITE = 3;
  static final int MAP_SHARED_POPULATE = 0x1 | 0x8000;
  static final int MAP_PRIVATE_ANONYMOUS = 0x2 | 0x20;

  private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();

  /** Bytes that a call leaves its errno in. */
  static final long ERRNO_SIZE = CAPTURE.byteSize();

  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle SOCKET = find("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = find("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LISTEN = find("listen", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle GETSOCKNAME =
      find("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETPEERNAME =
      find("getpeername", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SETSOCKOPT =
      find("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      find("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle FTRUNCATE = find("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle CLOSE = find("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle PIPE2 = find("pipe2", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle READ = find("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE = find("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle EVENTFD = find("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle MMAP =
      find("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle OPEN = variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle OPENAT =
      variadic("openat", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle UNLINKAT =
      find("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RENAMEAT2 =
      find("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SHUTDOWN = find("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL =
      variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FCNTL =
      variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle ACCEPT4 =
      find("accept4", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle CONNECT =
      find("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle POLL = find("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MUNMAP = find("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);

  /**
   * {@code long syscall(long number, …)} with six arguments; addresses as numbers, which costs no
   * liveness check.
   */
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));

  private Libc() {}

  private static MethodHandle find(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadic(
      String name, int named, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(named));
  }

  /** Memory that a call leaves its errno in. */
  static MemorySegment allocateErrno(Arena arena) {
    return arena.allocate(CAPTURE);
  }

  /**
   * The system call {@code number}; arguments as its kernel prototype has them, pointers as
   * addresses.
   */
  static int syscall(
      MemorySegment errno, long number, long a, long b, long c, long d, long e, long f) {
    try {
      long result = (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e, f);
      return result >= 0 ? (int) result : -(int) ERRNO.get(errno, 0L);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code mmap(2)} of {@code length} bytes; the address, or a negated errno. */
  static long mmap(long length, int protection, int flags, int fd, long offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = allocateErrno(arena);
      long address = (long) MMAP.invokeExact(errno, 0L, length, protection, flags, fd, offset);
      return address == -1 ? -(int) ERRNO.get(errno, 0L) : address;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code open(2)} of an existing file. */
  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return call(errno -> (int) OPEN.invokeExact(errno, name, flags));
    }
  }

  /** {@code ioctl(2)} with an address, or 0. */
  static int ioctl(int fd, int request, long argument) {
    try (Arena arena = Arena.ofConfined()) {
      return ioctl(allocateErrno(arena), fd, request, argument);
    }
  }

  /** The same, without allocating. */
  static int ioctl(MemorySegment errno, int fd, int request, long argument) {
    try {
      int result = (int) IOCTL.invokeExact(errno, fd, Integer.toUnsignedLong(request), argument);
      return result >= 0 ? result : -(int) ERRNO.get(errno, 0L);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code poll(2)} of {@code count} descriptors; −1 ms is no limit. */
  static int poll(MemorySegment fds, int count, int millis) {
    return call(errno -> (int) POLL.invokeExact(errno, fds, (long) count, millis));
  }

  static int munmap(long address, long length) {
    return call(errno -> (int) MUNMAP.invokeExact(errno, address, length));
  }

  static int eventfd(int flags) {
    return call(errno -> (int) EVENTFD.invokeExact(errno, 0, flags));
  }

  @Override
  public int socket(int domain, int type, int protocol) {
    return call(errno -> (int) SOCKET.invokeExact(errno, domain, type, protocol));
  }

  @Override
  public int bind(int fd, MemorySegment address) {
    return call(errno -> (int) BIND.invokeExact(errno, fd, address, (int) address.byteSize()));
  }

  @Override
  public int listen(int fd, int backlog) {
    return call(errno -> (int) LISTEN.invokeExact(errno, fd, backlog));
  }

  @Override
  public int getsockname(int fd, MemorySegment address, MemorySegment length) {
    return call(errno -> (int) GETSOCKNAME.invokeExact(errno, fd, address, length));
  }

  @Override
  public int getpeername(int fd, MemorySegment address, MemorySegment length) {
    return call(errno -> (int) GETPEERNAME.invokeExact(errno, fd, address, length));
  }

  @Override
  public int setsockopt(int fd, int level, int option, MemorySegment value) {
    return call(errno ->
        (int) SETSOCKOPT.invokeExact(errno, fd, level, option, value, (int) value.byteSize()));
  }

  @Override
  public int getsockopt(int fd, int level, int option, MemorySegment value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
      return call(errno -> (int) GETSOCKOPT.invokeExact(errno, fd, level, option, value, length));
    }
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public int accept(int fd, MemorySegment address, MemorySegment length, int flags) {
    return call(errno -> (int) ACCEPT4.invokeExact(errno, fd, address, length, flags));
  }

  @Override
  public int connect(int fd, MemorySegment address) {
    return call(errno -> (int) CONNECT.invokeExact(errno, fd, address, (int) address.byteSize()));
  }

  @Override
  public int setBlocking(int fd, boolean blocking) {
    int flags = call(errno -> (int) FCNTL.invokeExact(errno, fd, F_GETFL, 0));
    if (flags < 0) {
      return flags;
    }
    int wanted = blocking ? flags & ~Posix.O_NONBLOCK : flags | Posix.O_NONBLOCK;
    int result =
        wanted == flags ? 0 : call(errno -> (int) FCNTL.invokeExact(errno, fd, F_SETFL, wanted));
    return result < 0 ? result : (flags & Posix.O_NONBLOCK) == 0 ? 1 : 0;
  }

  @Override
  public int shutdown(int fd, int how) {
    return call(errno -> (int) SHUTDOWN.invokeExact(errno, fd, how));
  }

  @Override
  public int openat(int directory, MemorySegment path, int flags, int mode) {
    return call(errno -> (int) OPENAT.invokeExact(errno, directory, path, flags, mode));
  }

  @Override
  public int unlinkat(int directory, MemorySegment path, int flags) {
    return call(errno -> (int) UNLINKAT.invokeExact(errno, directory, path, flags));
  }

  @Override
  public int renameat(
      int fromDirectory, MemorySegment from, int toDirectory, MemorySegment to, int flags) {
    return call(
        errno -> (int) RENAMEAT2.invokeExact(errno, fromDirectory, from, toDirectory, to, flags));
  }

  @Override
  public int ftruncate(int fd, long length) {
    return call(errno -> (int) FTRUNCATE.invokeExact(errno, fd, length));
  }

  @Override
  public int close(int fd) {
    return call(errno -> (int) CLOSE.invokeExact(errno, fd));
  }

  @Override
  public int pipe(MemorySegment fds, int flags) {
    return call(errno -> (int) PIPE2.invokeExact(errno, fds, flags));
  }

  @Override
  public int read(int fd, MemorySegment buffer) {
    return call(errno -> (int) (long) READ.invokeExact(errno, fd, buffer, buffer.byteSize()));
  }

  @Override
  public int write(int fd, MemorySegment buffer) {
    return call(errno -> (int) (long) WRITE.invokeExact(errno, fd, buffer, buffer.byteSize()));
  }

  private interface Call {
    int with(MemorySegment errno) throws Throwable;
  }

  private static int call(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = allocateErrno(arena);
      int result = call.with(errno);
      return result >= 0 ? result : -(int) ERRNO.get(errno, 0L);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static RuntimeException unexpected(Throwable t) {
    return switch (t) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException("a downcall threw", t);
    };
  }
}
