// SPDX-License-Identifier: Apache-2.0
/** What is left of a ring on one of the first XSC drivers. */
@NullMarked
package dev.xsc.olddriver;

import org.jspecify.annotations.NullMarked;
