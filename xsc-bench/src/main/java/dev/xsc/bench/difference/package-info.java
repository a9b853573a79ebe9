// SPDX-License-Identifier: Apache-2.0
/** The same operations on the simulator and on a real kernel, and where their results differ. */
@NullMarked
package dev.xsc.bench.difference;

import org.jspecify.annotations.NullMarked;
