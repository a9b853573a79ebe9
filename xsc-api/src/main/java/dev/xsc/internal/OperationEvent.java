// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * JFR event: one operation from submission to its terminal completion. Off unless a recording asks
 * for it.
 */
@Name("dev.xsc.Operation")
@Label("Ring Operation")
@Category("XSC")
@Description("An operation, from its submission to its terminal completion")
@Enabled(false)
@StackTrace(false)
public final class OperationEvent extends Event {
  @Label("Operation")
  @Nullable String operation;

  @Label("Target")
  @Nullable String target;

  @Label("Result")
  @Description("Result of the system call, or the negated error number")
  int result;

  @Label("Cancel Requested")
  boolean cancelRequested;

  /** Begins an event if anybody records, else null. */
  static @Nullable OperationEvent start() {
    OperationEvent event = new OperationEvent();
    if (!event.isEnabled()) {
      return null;
    }
    event.begin();
    return event;
  }

  void finish(Operation<?> ended, int result) {
    end();
    if (shouldCommit()) {
      operation = ended.op.name();
      target = ended.target();
      this.result = result;
      cancelRequested = ended.cancelRequested();
      commit();
    }
  }
}
