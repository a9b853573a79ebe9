// SPDX-License-Identifier: Apache-2.0
/** The asynchronous API over the kernel under test. */
@NullMarked
package dev.xsc.conformance.api;

import org.jspecify.annotations.NullMarked;
