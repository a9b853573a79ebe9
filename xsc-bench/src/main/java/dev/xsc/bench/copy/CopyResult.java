// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.bench.info.Effort;

/**
 * What a copy came to.
 *
 * @param bytes copied, holes included
 * @param holes bytes of zeros that were left out
 * @param effort of the rings meanwhile
 * @param nanos it took
 * @param left bytes that had been added to the source by the end, and were not copied
 */
public record CopyResult(long bytes, long holes, Effort effort, long nanos, long left) {}
