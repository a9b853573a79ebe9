// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** JFR event: a ring was opened on another kernel than the first choice. */
@Name("dev.xsc.KernelFallback")
@Label("Kernel Fallback")
@Category("XSC")
@Description("A ring was opened on another kernel than the first choice")
@StackTrace(false)
final class FallbackEvent extends Event {
  @Label("Chosen Kernel")
  String chosen = "";

  @Label("Refused Kernels")
  String refused = "";

  static void report(KernelKind chosen, String refused) {
    FallbackEvent event = new FallbackEvent();
    if (event.shouldCommit()) {
      event.chosen = chosen.id();
      event.refused = refused;
      event.commit();
    }
  }
}
