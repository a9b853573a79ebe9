// SPDX-License-Identifier: Apache-2.0
/** What is known of the machine and its kernels. */
@NullMarked
package dev.xsc.bench.info;

import org.jspecify.annotations.NullMarked;
