// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Last resort against a test that hangs. Every wait of the suite has a time limit of its own; a
 * thread that a kernel does not let go of can't notice it, and JUnit's time limits either move a
 * test to another thread, where its ring does not belong, or interrupt it, which a system call does
 * not hear. So this one prints all stacks and, when even that does not help, ends the process.
 */
final class Watchdog {
  private static final Duration LIMIT = KernelUnderTest.get().patience().multipliedBy(5);
  private static final int EXIT_CODE = 70;

  private static final Map<String, Long> RUNNING = new ConcurrentHashMap<>();

  static {
    Thread.ofPlatform().name("conformance-watchdog").daemon().start(Watchdog::watch);
  }

  private Watchdog() {}

  static void begin(String test) {
    RUNNING.put(test, System.nanoTime());
  }

  static void end(String test) {
    RUNNING.remove(test);
  }

  private static void watch() {
    while (true) {
      try {
        Thread.sleep(LIMIT.dividedBy(2));
      } catch (InterruptedException e) {
        return;
      }
      RUNNING.forEach(Watchdog::check);
    }
  }

  private static void check(String test, long since) {
    long nanos = System.nanoTime() - since;
    if (nanos < LIMIT.toNanos()) {
      return;
    }
    StringBuilder report =
        new StringBuilder(test).append(" hangs on ").append(KernelUnderTest.get());
    Thread.getAllStackTraces()
        .forEach((thread, stack) -> {
          report.append("\n\n").append(thread);
          for (StackTraceElement frame : stack) {
            report.append("\n    at ").append(frame);
          }
        });
    System.err.println(report);
    if (nanos > 2 * LIMIT.toNanos()) {
      System.err.println("giving up: the conformance suite ends this process");
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
