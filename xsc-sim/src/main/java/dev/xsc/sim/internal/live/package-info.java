// SPDX-License-Identifier: Apache-2.0
/**
 * The world of the live simulator: this machine's files and sockets through NIO, its clock and its
 * threads.
 */
@NullMarked
package dev.xsc.sim.internal.live;

import org.jspecify.annotations.NullMarked;
