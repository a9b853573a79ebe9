// SPDX-License-Identifier: Apache-2.0
/** Runs the benchmarks of {@code xsc bench}, and turns their samples into tables and files. */
@NullMarked
package dev.xsc.bench.measure;

import org.jspecify.annotations.NullMarked;
