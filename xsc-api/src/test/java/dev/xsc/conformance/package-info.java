// SPDX-License-Identifier: Apache-2.0
/**
 * The conformance suite: what every kernel behind the library must do, written once and run against
 * each. It is shipped as the test-jar of {@code xsc-api}; any JUnit Launcher that selects this
 * package runs it.
 *
 * <p>Which kernel is tested, and as what, is said by the system properties of {@link
 * dev.xsc.conformance.KernelUnderTest}. Packages below this one hold the tests of one level each:
 * {@code ring} those of {@link dev.xsc.ring}.
 */
@NullMarked
package dev.xsc.conformance;

import org.jspecify.annotations.NullMarked;
