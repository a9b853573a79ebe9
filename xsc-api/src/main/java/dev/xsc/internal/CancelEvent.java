// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** JFR event: what came of a cancellation. */
@Name("dev.xsc.Cancel")
@Label("Ring Operation Cancellation")
@Category("XSC")
@Description("What came of asking for an operation to be ended early")
@StackTrace(false)
final class CancelEvent extends Event {
  @Label("Operation")
  @Nullable String operation;

  @Label("Target")
  @Nullable String target;

  @Label("Result")
  int result;

  static void report(Operation<?> ended, int result) {
    CancelEvent event = new CancelEvent();
    if (event.shouldCommit()) {
      event.operation = ended.op.name();
      event.target = ended.target();
      event.result = result;
      event.commit();
    }
  }
}
