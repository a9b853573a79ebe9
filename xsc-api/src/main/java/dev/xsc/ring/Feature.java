// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/** Abilities of a kernel beyond single operations. See {@link Capabilities#support(Feature)}. */
public enum Feature {
  /** One {@link Op#ACCEPT} submission yields a completion per connection. */
  MULTISHOT_ACCEPT,
  /**
   * One {@link Op#RECV} submission yields a completion per arrival, each in a buffer of a {@link
   * BufferGroup}.
   */
  MULTISHOT_RECV,
  /** The kernel takes receive buffers from a shared ring when data arrives. */
  BUFFER_GROUPS,
  /** Descriptors registered once and named by index ({@link Sqe#fixedFile()}). */
  FIXED_FILES,
  /** Memory registered once and named by index ({@link Op#READ_FIXED}, {@link Op#WRITE_FIXED}). */
  FIXED_BUFFERS,
  /** A kernel thread watches the submission queue, so that submitting makes no system call. */
  SUBMISSION_POLLING,
  /**
   * {@link Op#OPENAT}, {@link Op#UNLINKAT} and {@link Op#RENAMEAT} take paths that start at a
   * directory's descriptor, and {@link Posix#AT_REMOVEDIR}.
   */
  DIRECTORIES,
  /** Cancel every operation on a descriptor ({@link Sqe#cancelFd(int)}). */
  CANCEL_FD,
  /** Cancel everything in flight ({@link Sqe#cancelAny()}). */
  CANCEL_ANY,
  /** Completions that find the completion queue full are kept and delivered later, never lost. */
  NO_DROP
}
