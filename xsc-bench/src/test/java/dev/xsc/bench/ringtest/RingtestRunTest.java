// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.ringtest.Ktap.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingtestRunTest {
  private static final String SAMPLES = "dev.xsc.bench.ringtest.sample";

  private final StringWriter printed = new StringWriter();

  private Totals run(String pattern) throws IOException {
    return RingtestRun.run(SAMPLES, pattern, "samples", new PrintWriter(printed));
  }

  private List<Result> results() {
    return Ktap.parse(printed.toString().lines().toList());
  }

  @Test
  void everyOutcomeIsReported() throws IOException {
    Totals totals = run("MixedSample");
    assertEquals(new Totals(3, 2, 2), totals);
    List<Result> classes = results();
    assertEquals(1, classes.size());
    assertFalse(classes.getFirst().ok());
    assertEquals("MixedSample", classes.getFirst().name());
    List<Result> tests = classes.getFirst().inside();
    assertEquals(
        List.of("fails", "isAborted", "isDisabled", "onlyOneIsOdd", "passes", "MixedSample$Inner"),
        tests.stream().map(Result::name).toList());
    assertEquals(
        List.of(false, true, true, false, true, true), tests.stream().map(Result::ok).toList());
    assertEquals("nothing to test", tests.get(1).reason());
    assertEquals("for \\# the test", tests.get(2).reason());
    assertEquals(List.of(true, false), tests.get(3).inside().stream().map(Result::ok).toList());
    assertEquals("passesToo", tests.get(5).inside().getFirst().name());
  }

  @Test
  void whatFailedIsExplainedInDiagnosticLines() throws IOException {
    run("MixedSample.fails");
    assertTrue(printed.toString().contains("  # ok 99 in the message"), printed::toString);
    assertTrue(printed.toString().contains("MixedSample.fails("), printed::toString);
    assertFalse(printed.toString().contains("org.junit.platform"), printed::toString);
    results();
  }

  @Test
  void whatTestsPrintIsNoResult() throws IOException {
    PrintStream before = System.out;
    assertEquals(new Totals(1, 0, 0), run("MixedSample.passes"));
    assertEquals(before, System.out);
    assertTrue(printed.toString().contains("\n  # ok 77 printed by a test"), printed::toString);
  }

  @Test
  void aSkippedClassCountsItsTests() throws IOException {
    assertEquals(new Totals(0, 0, 2), run("SkippedSample"));
    Result result = results().getFirst();
    assertTrue(result.ok() && result.skipped());
    assertEquals("all of it", result.reason());
  }

  @Test
  void aClassThatCannotBePreparedHasFailed() throws IOException {
    assertEquals(new Totals(0, 1, 1), run("BrokenSample"));
    Result result = results().getFirst();
    assertFalse(result.ok());
    assertTrue(result.inside().getFirst().reason().contains("cannot be prepared"));
  }

  @Test
  void allEnginesRunAndNothingIsLeftInTheWorkingDirectory() throws IOException {
    boolean before = Files.exists(Path.of(".jqwik-database"));
    assertEquals(new Totals(2, 0, 0), run("FineSample"));
    assertEquals(2, results().size());
    assertEquals(before, Files.exists(Path.of(".jqwik-database")));
  }

  @Test
  void patternsAreSubstringsWithStarsAndIgnoreCase() throws IOException {
    assertEquals(new Totals(2, 0, 0), run("mixed*.PASSES"));
    assertEquals(new Totals(0, 0, 0), run("Mixed.passes"));
  }

  @Test
  void withoutAnyTestNothingIsPrinted() throws IOException {
    assertTrue(run("no such test").isEmpty());
    assertEquals("", printed.toString());
  }

  @Test
  void everythingTogetherIsStillKtap() throws IOException {
    assertEquals(new Totals(5, 3, 5), run(null));
    assertEquals(5, results().size());
  }
}
