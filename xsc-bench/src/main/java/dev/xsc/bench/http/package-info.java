// SPDX-License-Identifier: Apache-2.0
/** A server of static files over rings. */
@NullMarked
package dev.xsc.bench.http;

import org.jspecify.annotations.NullMarked;
