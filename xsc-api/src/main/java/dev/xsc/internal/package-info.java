// SPDX-License-Identifier: Apache-2.0
/** The runtime behind {@code dev.xsc}: event loops, operations, ownership of memory. */
@NullMarked
package dev.xsc.internal;

import org.jspecify.annotations.NullMarked;
