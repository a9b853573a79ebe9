// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** What every jqwik property of the suite runs under; see {@link Conformance}. */
public final class PropertyConformance implements SkipExecutionHook, AroundPropertyHook {
  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public SkipResult shouldBeSkipped(LifecycleContext context) {
    KernelUnderTest kernel = KernelUnderTest.get();
    return !kernel.availability().available() && kernel.missingAllowed()
        ? SkipResult.skip(kernel.missing())
        : SkipResult.doNotSkip();
  }

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) throws Throwable {
    KernelUnderTest.get().require();
    Watchdog.begin(context.extendedLabel());
    try {
      return property.execute();
    } finally {
      Watchdog.end(context.extendedLabel());
    }
  }
}
