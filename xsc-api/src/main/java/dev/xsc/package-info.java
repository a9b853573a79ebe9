// SPDX-License-Identifier: Apache-2.0
/**
 * Asynchronous file and network I/O over shared-memory rings. Start at {@link dev.xsc.Xsc}.
 *
 * <p>Every operation comes twice: blocking, meant for virtual threads (it parks and never pins; an
 * interrupt cancels it), and with the suffix {@code Async}, returning a {@link
 * java.util.concurrent.CompletableFuture}.
 */
@NullMarked
package dev.xsc;

import org.jspecify.annotations.NullMarked;
