// SPDX-License-Identifier: Apache-2.0
/** Copying and comparing files through a ring. */
@NullMarked
package dev.xsc.bench.copy;

import org.jspecify.annotations.NullMarked;
