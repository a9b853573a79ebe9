// SPDX-License-Identifier: Apache-2.0
/** Providers of the native kernels; found by {@link java.util.ServiceLoader}, not used directly. */
@NullMarked
package dev.xsc.ffm;

import org.jspecify.annotations.NullMarked;
