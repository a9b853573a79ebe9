// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/**
 * Receives completions from {@link Ring#reap(CompletionHandler)}, on the ring's owner thread and in
 * the order in which the kernel posted them.
 *
 * <p>The handler may fill and submit further entries of the same ring. It may not reap or close it.
 */
@FunctionalInterface
public interface CompletionHandler {
  /** Set in {@code flags} when another completion for the same submission follows. */
  int MORE = 1 << 1;

  /**
   * Set in {@code flags} when a buffer of a group was filled; see {@link
   * BufferGroup#bufferId(int)}.
   */
  int BUFFER = 1;

  /** What of {@code flags} means something: other bits that a kernel sets are not handed on. */
  int KNOWN = MORE | BUFFER | 0xffff_0000;

  /**
   * One completion.
   *
   * @param userData what the submission carried
   * @param result the system call's result, or a negated {@link Errno}
   * @param flags {@link #MORE}, {@link #BUFFER} and the buffer id in the upper 16 bits
   */
  void onCompletion(long userData, int result, int flags);
}
