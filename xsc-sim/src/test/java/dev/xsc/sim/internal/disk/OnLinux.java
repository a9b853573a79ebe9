// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Skips properties elsewhere, saying why: the run counts them as skipped. */
final class OnLinux implements SkipExecutionHook {
  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public SkipResult shouldBeSkipped(LifecycleContext context) {
    String system = System.getProperty("os.name", "");
    return system.equals("Linux")
        ? SkipResult.doNotSkip()
        : SkipResult.skip("compares with Linux, whose error numbers these are; this is " + system);
  }
}
