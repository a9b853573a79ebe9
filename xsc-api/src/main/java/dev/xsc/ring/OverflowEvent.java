// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** JFR event: completions found the completion queue full and waited in the kernel. */
@Name("dev.xsc.CompletionOverflow")
@Label("Completion Queue Overflow")
@Category("XSC")
@Description("Completions found the completion queue full and waited in the kernel")
@StackTrace(false)
final class OverflowEvent extends Event {
  @Label("Completion Queue Capacity")
  int capacity;

  @Label("Overflows So Far")
  long overflows;

  static void report(int capacity, long overflows) {
    OverflowEvent event = new OverflowEvent();
    if (event.shouldCommit()) {
      event.capacity = capacity;
      event.overflows = overflows;
      event.commit();
    }
  }
}
