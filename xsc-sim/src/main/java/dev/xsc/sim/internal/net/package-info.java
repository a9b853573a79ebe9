// SPDX-License-Identifier: Apache-2.0
/**
 * The simulated network: hosts, links that lose and delay packets, and sockets over them. {@link
 * dev.xsc.sim.internal.net.SimNetwork} says what is modelled. One simulation's; nothing here is
 * safe for threads that run at the same time.
 */
@NullMarked
package dev.xsc.sim.internal.net;

import org.jspecify.annotations.NullMarked;
