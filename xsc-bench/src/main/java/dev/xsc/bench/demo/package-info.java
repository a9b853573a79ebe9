// SPDX-License-Identifier: Apache-2.0
/** The guided tour that {@code xsc demo} gives. */
@NullMarked
package dev.xsc.bench.demo;

import org.jspecify.annotations.NullMarked;
