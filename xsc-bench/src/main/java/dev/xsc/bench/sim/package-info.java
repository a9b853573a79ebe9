// SPDX-License-Identifier: Apache-2.0
/** What {@code xsc sim} simulates: how scenarios are found, and those that are built in. */
@NullMarked
package dev.xsc.bench.sim;

import org.jspecify.annotations.NullMarked;
