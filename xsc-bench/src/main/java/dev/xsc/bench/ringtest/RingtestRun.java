// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest;

import dev.xsc.bench.text.LineStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests of a package and prints KTAP. */
public final class RingtestRun {
  private RingtestRun() {}

  /**
   * Runs them, one after the other. Prints nothing if there are none.
   *
   * @param packageName with the packages below it
   * @param pattern null for all; see {@link NamePattern}
   * @param about a line that says what is tested
   * @param out takes the lines
   */
  public static Totals run(
      String packageName, @Nullable String pattern, String about, PrintWriter out)
      throws IOException {
    Path scratch = Files.createTempDirectory("xsc-ringtest");
    Path database = scratch.resolve("jqwik");
    try {
      return run(request(packageName, pattern, database), packageName, about, out);
    } finally {
      Files.deleteIfExists(database);
      Files.deleteIfExists(scratch);
    }
  }

  private static Totals run(
      LauncherDiscoveryRequest request, String packageName, String about, PrintWriter out) {
    Launcher launcher = LauncherFactory.create();
    TestPlan plan = launcher.discover(request);
    KtapListener listener = new KtapListener(packageName, about, line -> print(out, line));
    if (!plan.containsTests()) {
      return listener.totals();
    }
    PrintStream original = System.out;
    // What tests print must not look like results.
    try (PrintStream diagnostics = new LineStream(listener::printed)) {
      System.setOut(diagnostics);
      launcher.execute(plan, listener);
    } finally {
      System.setOut(original);
    }
    return listener.totals();
  }

  private static LauncherDiscoveryRequest request(
      String packageName, @Nullable String pattern, Path database) {
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectPackage(packageName))
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
            // The same order each time, so that two runs can be compared.
            .configurationParameter(
                "junit.jupiter.testclass.order.default",
                "org.junit.jupiter.api.ClassOrderer$ClassName")
            .configurationParameter(
                "junit.jupiter.testmethod.order.default",
                "org.junit.jupiter.api.MethodOrderer$MethodName")
            // Else jqwik leaves a file in the working directory.
            .configurationParameter("jqwik.database", database.toString());
    if (pattern != null) {
      request.filters(new NamePattern(pattern));
    }
    return request.build();
  }

  private static void print(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
