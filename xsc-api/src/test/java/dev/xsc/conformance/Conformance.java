// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What every Jupiter test of the suite runs under: the kernel must be there, and the test is
 * watched.
 */
public final class Conformance
    implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback, AfterEachCallback {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    KernelUnderTest kernel = KernelUnderTest.get();
    return !kernel.availability().available() && kernel.missingAllowed()
        ? ConditionEvaluationResult.disabled(kernel.missing())
        : ConditionEvaluationResult.enabled("");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    KernelUnderTest.get().require();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Watchdog.begin(context.getUniqueId());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Watchdog.end(context.getUniqueId());
  }
}
