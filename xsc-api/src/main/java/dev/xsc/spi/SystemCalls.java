// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import dev.xsc.ring.Errno;
import java.lang.foreign.MemorySegment;

/**
 * System calls outside the ring: what a ring operation cannot do (socket options and names,
 * wake-ups) and what the library emulates where a kernel's ring lacks it. None of them blocks,
 * except {@link #read} and {@link #write} on a descriptor that blocks, and those that say so.
 *
 * <p>Each returns the call's result, or a negated {@link dev.xsc.ring.Errno}. Memory must be
 * native. Safe from any thread. Descriptors are those of the kernel that these calls belong to.
 */
public interface SystemCalls {
  /** {@code socket(2)}. */
  int socket(int domain, int type, int protocol);

  /** {@code bind(2)}; the address length is the segment's size. */
  int bind(int fd, MemorySegment address);

  /** {@code listen(2)}. */
  int listen(int fd, int backlog);

  /**
   * {@code getsockname(2)}.
   *
   * @param address receives the address
   * @param length u32: room on entry, the address's length on return
   */
  int getsockname(int fd, MemorySegment address, MemorySegment length);

  /** {@code getpeername(2)}; memory as in {@link #getsockname}. */
  int getpeername(int fd, MemorySegment address, MemorySegment length);

  /** {@code setsockopt(2)}; the option's length is the segment's size. */
  int setsockopt(int fd, int level, int option, MemorySegment value);

  /** {@code getsockopt(2)}; at most the segment's size is written. */
  int getsockopt(int fd, int level, int option, MemorySegment value);

  /**
   * Whether all of these calls are there. Those that return {@code -ENOSYS} otherwise are needed
   * only where a ring lacks the operation.
   */
  default boolean complete() {
    return false;
  }

  /**
   * {@code accept4(2)}.
   *
   * @param address receives the peer's address, or {@link MemorySegment#NULL}
   * @param length u32 as in {@link #getsockname}, or {@link MemorySegment#NULL}
   * @return a descriptor; {@code -ENOSYS} without {@link #complete()}
   */
  default int accept(int fd, MemorySegment address, MemorySegment length, int flags) {
    return -Errno.ENOSYS;
  }

  /**
   * {@code connect(2)}; the address length is the segment's size.
   *
   * @return {@code -ENOSYS} without {@link #complete()}
   */
  default int connect(int fd, MemorySegment address) {
    return -Errno.ENOSYS;
  }

  /**
   * Sets or clears {@code O_NONBLOCK} with {@code fcntl(2)}.
   *
   * @return 1 if calls on the descriptor blocked before, 0 if not
   */
  default int setBlocking(int fd, boolean blocking) {
    return -Errno.ENOSYS;
  }

  /** {@code shutdown(2)}, or {@code -ENOSYS} without {@link #complete()}. */
  default int shutdown(int fd, int how) {
    return -Errno.ENOSYS;
  }

  /**
   * {@code openat(2)}, which may wait for a disk; or {@code -ENOSYS} without {@link #complete()}.
   *
   * @param path NUL-terminated, as in the next two
   */
  default int openat(int directory, MemorySegment path, int flags, int mode) {
    return -Errno.ENOSYS;
  }

  /** {@code unlinkat(2)}, which may wait; or {@code -ENOSYS} without {@link #complete()}. */
  default int unlinkat(int directory, MemorySegment path, int flags) {
    return -Errno.ENOSYS;
  }

  /** {@code renameat2(2)}, which may wait; or {@code -ENOSYS} without {@link #complete()}. */
  default int renameat(
      int fromDirectory, MemorySegment from, int toDirectory, MemorySegment to, int flags) {
    return -Errno.ENOSYS;
  }

  /** {@code ftruncate(2)}. */
  int ftruncate(int fd, long length);

  /** {@code close(2)}. */
  int close(int fd);

  /**
   * {@code pipe2(2)}.
   *
   * @param fds two s32: receives the reading and the writing end
   */
  int pipe(MemorySegment fds, int flags);

  /** {@code read(2)} of the whole segment at the file position. */
  int read(int fd, MemorySegment buffer);

  /** {@code write(2)} of the whole segment at the file position. */
  int write(int fd, MemorySegment buffer);
}
