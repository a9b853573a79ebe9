// SPDX-License-Identifier: Apache-2.0
/**
 * The ring itself: filling submissions, handing them over, taking completions. One thread owns a
 * ring. Most programs use the asynchronous API of {@code dev.xsc}, which is built on this package.
 */
@NullMarked
package dev.xsc.ring;

import org.jspecify.annotations.NullMarked;
