// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints a run of JUnit's as KTAP, version 1: a group for each class, and below it for each method
 * that yields several tests. Expects tests to run one after the other.
 *
 * <p>Synchronized, since tests may publish reports from threads of their own.
 */
final class KtapListener implements TestExecutionListener {
  private static final int MAX_TRACE = 40;
  private static final String ASSUMPTION = "Assumption failed: ";

  private final String packageName;
  private final String about;
  private final Consumer<String> out;
  private final SequencedMap<String, KtapNode> open = new LinkedHashMap<>();
  private final Set<String> reported = new HashSet<>();
  private @Nullable TestPlan plan;
  private @Nullable KtapNode root;
  private long passed;
  private long failed;
  private long skipped;

  /**
   * A listener for one run.
   *
   * @param packageName left out of the names of classes
   * @param about a line that says what is tested
   * @param out takes the lines
   */
  KtapListener(String packageName, String about, Consumer<String> out) {
    this.packageName = packageName;
    this.about = about;
    this.out = out;
  }

  synchronized Totals totals() {
    return new Totals(passed, failed, skipped);
  }

  /** Something that a test printed. */
  synchronized void printed(String line) {
    KtapNode top = root;
    if (top != null) {
      // Tests run one after the other, so the group opened last is the one at work.
      (open.isEmpty() ? top : open.lastEntry().getValue()).diagnostic(line);
    }
  }

  @Override
  public synchronized void testPlanExecutionStarted(TestPlan plan) {
    this.plan = plan;
    int classes =
        plan.getRoots().stream().mapToInt(engine -> plan.getChildren(engine).size()).sum();
    root = new KtapNode(about, classes, out);
  }

  @Override
  public synchronized void executionStarted(TestIdentifier test) {
    if (test.isContainer() && !isEngine(test)) {
      int children = plan().getChildren(test).size();
      // Children that are not known yet are registered one by one.
      KtapNode group = parent(test).group(name(test), children == 0 ? -1 : children);
      open.put(test.getUniqueId(), group);
    }
  }

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    if (isEngine(test)) {
      plan().getChildren(test).forEach(child -> executionSkipped(child, reason));
      return;
    }
    reported.add(test.getUniqueId());
    long tests = plan().getDescendants(test).stream().filter(TestIdentifier::isTest).count();
    skipped += Math.max(1, tests);
    parent(test).skipped(name(test), reason);
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (isEngine(test)) {
      engineFinished(test, result);
    } else if (open.containsKey(test.getUniqueId())) {
      groupFinished(test, result);
    } else {
      testFinished(test, result);
    }
  }

  @Override
  public synchronized void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
    entry
        .getKeyValuePairs()
        .forEach((key, value) -> parent(test).diagnostic(name(test) + ": " + key + " = " + value));
  }

  private void testFinished(TestIdentifier test, TestExecutionResult result) {
    reported.add(test.getUniqueId());
    KtapNode parent = parent(test);
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        passed++;
        parent.passed(name(test));
      }
      case ABORTED -> {
        skipped++;
        parent.skipped(name(test), reason(result));
      }
      case FAILED -> {
        failed++;
        explain(parent, result);
        parent.failed(name(test));
      }
    }
  }

  /** A group fails by its tests, or by what surrounds them. */
  private void groupFinished(TestIdentifier test, TestExecutionResult result) {
    reported.add(test.getUniqueId());
    KtapNode group = open.remove(test.getUniqueId());
    if (group == null) {
      throw new IllegalStateException(test + " ends without having begun");
    }
    reportMissing(test, group, result);
    group.end();
    KtapNode parent = parent(test);
    if (result.getStatus() == TestExecutionResult.Status.FAILED) {
      failed++;
      explain(parent, result);
      parent.failed(name(test));
    } else if (group.hasFailures()) {
      parent.failed(name(test));
    } else if (group.results() == 0) {
      // An assumption of the whole group, before its first test was known.
      skipped++;
      parent.skipped(name(test), reason(result));
    } else if (group.wasSkipped()) {
      parent.skipped(name(test), "everything in it was");
    } else {
      parent.passed(name(test));
    }
  }

  /** What was planned and never ran, because the group's preparation failed or was aborted. */
  private void reportMissing(TestIdentifier test, KtapNode group, TestExecutionResult result) {
    for (TestIdentifier child : plan().getChildren(test)) {
      if (reported.add(child.getUniqueId())) {
        skipped++;
        group.skipped(name(child), "did not run: " + reason(result));
      }
    }
  }

  private void engineFinished(TestIdentifier engine, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.FAILED) {
      failed++;
      KtapNode top = parent(engine);
      explain(top, result);
      top.failed(engine.getDisplayName());
    }
  }

  private static void explain(KtapNode node, TestExecutionResult result) {
    result
        .getThrowable()
        .ifPresent(failure -> StackTrace.lines(failure, MAX_TRACE).forEach(node::diagnostic));
  }

  private static String reason(TestExecutionResult result) {
    String message = result.getThrowable().map(Throwable::getMessage).orElse("no reason given");
    return message.startsWith(ASSUMPTION) ? message.substring(ASSUMPTION.length()) : message;
  }

  private String name(TestIdentifier test) {
    return switch (test.getSource().orElse(null)) {
      case ClassSource source -> withoutPackage(source.getClassName());
      // The invocations of a parameterized method have the method as source, too.
      case MethodSource source when isPlanned(test) -> source.getMethodName();
      case null, default -> test.getDisplayName();
    };
  }

  private boolean isPlanned(TestIdentifier test) {
    Optional<TestIdentifier> parent = plan().getParent(test);
    return parent.isEmpty() || !(parent.get().getSource().orElse(null) instanceof MethodSource);
  }

  private String withoutPackage(String className) {
    String prefix = packageName + ".";
    return className.startsWith(prefix) ? className.substring(prefix.length()) : className;
  }

  private boolean isEngine(TestIdentifier test) {
    return test.getParentId().isEmpty();
  }

  private KtapNode parent(TestIdentifier test) {
    KtapNode top = root;
    if (top == null) {
      throw new IllegalStateException("the run has not begun");
    }
    return test.getParentId().map(id -> open.getOrDefault(id, top)).orElse(top);
  }

  private TestPlan plan() {
    TestPlan known = plan;
    if (known == null) {
      throw new IllegalStateException("the run has not begun");
    }
    return known;
  }
}
