// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import java.util.List;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/** Runs each try of jqwik's properties in a {@link SimulatedWorld}, if that is wanted. */
public final class PropertiesInsideSimulation implements AroundTryHook {
  /** For jqwik. */
  public PropertiesInsideSimulation() {}

  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public TryExecutionResult aroundTry(
      TryLifecycleContext context, TryExecutor executor, List<Object> parameters) throws Throwable {
    if (!SimulatedWorld.wanted()) {
      return executor.execute(parameters);
    }
    try {
      return SimulatedWorld.inside(() -> executor.execute(parameters));
    } finally {
      SimulatedWorld.end();
    }
  }
}
