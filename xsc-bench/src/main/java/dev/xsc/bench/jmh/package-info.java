// SPDX-License-Identifier: Apache-2.0
/**
 * What {@code xsc bench} measures, as JMH benchmarks. Times are per operation, whatever the batch
 * or depth.
 */
@NullMarked
package dev.xsc.bench.jmh;

import org.jspecify.annotations.NullMarked;
