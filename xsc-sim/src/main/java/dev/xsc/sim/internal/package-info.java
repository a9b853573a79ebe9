// SPDX-License-Identifier: Apache-2.0
/**
 * The protocol engine: everything that a ring kernel does apart from touching the world, which it
 * asks of {@link dev.xsc.sim.internal.Host}, {@link dev.xsc.sim.internal.Disk} and {@link
 * dev.xsc.sim.internal.Network}.
 */
@NullMarked
package dev.xsc.sim.internal;

import org.jspecify.annotations.NullMarked;
