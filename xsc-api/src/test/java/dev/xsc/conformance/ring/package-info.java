// SPDX-License-Identifier: Apache-2.0
/** Conformance of {@link dev.xsc.ring}: one test class per family of operations. */
@NullMarked
package dev.xsc.conformance.ring;

import org.jspecify.annotations.NullMarked;
