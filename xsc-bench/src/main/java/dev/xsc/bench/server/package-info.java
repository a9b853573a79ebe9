// SPDX-License-Identifier: Apache-2.0
/** Servers of byte streams over rings. */
@NullMarked
package dev.xsc.bench.server;

import org.jspecify.annotations.NullMarked;
