// SPDX-License-Identifier: Apache-2.0
/** The native kernels. */
@NullMarked
package dev.xsc.ffm.internal;

import org.jspecify.annotations.NullMarked;
