// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/**
 * Counters of a ring since it was opened, as far as the asking thread sees them.
 *
 * @param submitted entries handed to the kernel, the library's own included
 * @param completed terminal completions taken from the kernel
 * @param more completions with {@link CompletionHandler#MORE}
 * @param enters kernel entries: system calls on native kernels
 * @param waits those of them that could wait
 * @param wakeups waits ended by {@link Ring#wakeup()}
 * @param submissionQueueFull times that {@link Ring#next()} found no slot
 * @param overflows times that completions had to be fetched from the kernel's backlog
 * @param busy times that the kernel refused submissions for the moment
 * @param dropped entries that the kernel refused to look at
 * @param lost completions that the kernel could not keep
 */
public record RingStats(
    long submitted,
    long completed,
    long more,
    long enters,
    long waits,
    long wakeups,
    long submissionQueueFull,
    long overflows,
    long busy,
    long dropped,
    long lost) {}
