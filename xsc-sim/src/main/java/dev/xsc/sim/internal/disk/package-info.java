// SPDX-License-Identifier: Apache-2.0
/**
 * The simulated disk: a file system in memory that keeps apart what programs see and what a power
 * cut would leave. {@link dev.xsc.sim.internal.disk.SimDisk} says what is modelled. One
 * simulation's; nothing here is safe for threads that run at the same time.
 */
@NullMarked
package dev.xsc.sim.internal.disk;

import org.jspecify.annotations.NullMarked;
