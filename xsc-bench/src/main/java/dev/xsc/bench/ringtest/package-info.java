// SPDX-License-Identifier: Apache-2.0
/** The conformance suite with KTAP output. */
@NullMarked
package dev.xsc.bench.ringtest;

import org.jspecify.annotations.NullMarked;
