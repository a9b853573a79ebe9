// SPDX-License-Identifier: Apache-2.0
/** The {@code xsc} command line: one class per command. */
@NullMarked
package dev.xsc.bench;

import org.jspecify.annotations.NullMarked;
