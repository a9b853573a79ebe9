// SPDX-License-Identifier: Apache-2.0
/**
 * The deterministic mode: one source of decisions, one virtual clock, and threads that run one at a
 * time. Nothing here is shared by threads that run at the same time, so there are no locks.
 */
@NullMarked
package dev.xsc.sim.internal.det;

import org.jspecify.annotations.NullMarked;
