// SPDX-License-Identifier: Apache-2.0
/** What the commands print with: sizes, tables, JSON, terminals. */
@NullMarked
package dev.xsc.bench.text;

import org.jspecify.annotations.NullMarked;
