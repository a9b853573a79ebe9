// SPDX-License-Identifier: Apache-2.0
/** The simulator: a ring kernel inside the process. */
@NullMarked
package dev.xsc.sim;

import org.jspecify.annotations.NullMarked;
