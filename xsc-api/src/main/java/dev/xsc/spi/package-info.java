// SPDX-License-Identifier: Apache-2.0
/**
 * What a kernel implements to stand behind a ring, and the shared layouts. For authors of kernels,
 * not for programs.
 */
@NullMarked
package dev.xsc.spi;

import org.jspecify.annotations.NullMarked;
