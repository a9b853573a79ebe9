// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/**
 * The operations a ring can carry. Each has one meaning on every kernel: results, error numbers and
 * side effects are those of the Linux system call of the same name.
 *
 * <p>Ask {@link Capabilities#support(Op)} before use: an operation is native, emulated by the
 * library with the same result, or unsupported.
 */
public enum Op {
  /** Completes with 0; touches nothing. */
  NOP,
  /** {@code pread(2)}, or {@code read(2)} at the file position. */
  READ,
  /** {@code pwrite(2)}, or {@code write(2)} at the file position. */
  WRITE,
  /** {@code preadv(2)}, or {@code readv(2)} at the file position. */
  READV,
  /** {@code pwritev(2)}, or {@code writev(2)} at the file position. */
  WRITEV,
  /** {@link #READ} into a registered buffer. */
  READ_FIXED,
  /** {@link #WRITE} from a registered buffer. */
  WRITE_FIXED,
  /** {@code openat(2)}. */
  OPENAT,
  /** {@code close(2)}. */
  CLOSE,
  /** {@code fsync(2)} or {@code fdatasync(2)}. */
  FSYNC,
  /** {@code statx(2)}. */
  STATX,
  /** {@code fallocate(2)}. */
  FALLOCATE,
  /** {@code ftruncate(2)}. */
  FTRUNCATE,
  /** {@code posix_fadvise(2)}. */
  FADVISE,
  /** {@code unlinkat(2)}. */
  UNLINKAT,
  /** {@code renameat2(2)}. */
  RENAMEAT,
  /** {@code mkdirat(2)}. */
  MKDIRAT,
  /** {@code socket(2)}. */
  SOCKET,
  /** {@code bind(2)}. */
  BIND,
  /** {@code listen(2)}. */
  LISTEN,
  /** {@code accept4(2)}; multishot under {@link Feature#MULTISHOT_ACCEPT}. */
  ACCEPT,
  /** {@code connect(2)}. */
  CONNECT,
  /** {@code send(2)}. */
  SEND,
  /** {@code recv(2)}; multishot under {@link Feature#MULTISHOT_RECV}. */
  RECV,
  /** {@code sendmsg(2)}. */
  SENDMSG,
  /** {@code recvmsg(2)}. */
  RECVMSG,
  /** {@code shutdown(2)}. */
  SHUTDOWN,
  /**
   * Waits until a descriptor is ready, as {@code poll(2)} would; the result is the ready events.
   */
  POLL_ADD,
  /** Completes with {@code -ETIME} when its time has come. */
  TIMEOUT,
  /**
   * Bounds the operation that it is linked behind; the victim completes with {@code -ECANCELED}.
   */
  LINK_TIMEOUT,
  /** Asks for operations in flight to be ended early. */
  CANCEL
}
