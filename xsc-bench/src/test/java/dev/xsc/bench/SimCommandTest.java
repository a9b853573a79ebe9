// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Kernels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimCommandTest {
  private static final Pattern AGAIN = Pattern.compile("(?m)^again:  xsc sim replay .*'(.*)'$");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"demo", "search", "replay", "trace", "soak", "compare"})
  void everySubcommandHasHelp(String name) {
    Cli result = Cli.run("sim", name, "--help");
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().startsWith("Usage: xsc sim " + name), result::toString);
  }

  @Test
  void withoutASubcommandItPrintsItsHelp() {
    Cli result = Cli.run("sim");
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("replay"), result::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"log", "message"})
  void theBugIsFoundAndTheLineThatIsPrintedRepeatsIt(String scenario) {
    Cli found = Cli.run("sim", "search", scenario);
    assertEquals(1, found.exit(), found::toString);
    assertTrue(found.out().contains("  seed "), found::toString);
    assertTrue(found.out().contains("  faults "), found::toString);
    assertTrue(found.out().contains("made smaller"), found::toString);
    Cli again = Cli.run("sim", "replay", scenario, "--run", line(found));
    assertEquals(1, again.exit(), again::toString);
    assertTrue(again.err().contains("AssertionError"), again::toString);
    List<String> trace = again.out().lines().toList();
    assertTrue(found.out().contains("    " + trace.getLast() + "\n"), again::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"log-fixed", "message-fixed"})
  void withoutTheBugNothingIsFound(String scenario) {
    Cli result = Cli.run("sim", "search", scenario, "--seeds", "200", "--cores", "2");
    assertEquals(0, result.exit(), result::toString);
    assertEquals("200 runs, none failed\n", result.out());
  }

  @Test
  void aRunOfOneSeedPrintsItsTrace() {
    Cli result = Cli.run("sim", "replay", "message-fixed", "--seed", "5");
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("server/ring-0 > ACCEPT"), result::toString);
    assertTrue(result.err().contains("did not fail"), result::toString);
    assertEquals(result, Cli.run("sim", "replay", "message-fixed", "--seed", "5"));
  }

  @Test
  void faultsOfTheCommandLineTakeThePlaceOfTheScenarios() {
    Cli result = Cli.run("sim", "search", "message", "--faults", "", "--seeds", "20");
    assertEquals(0, result.exit(), result::toString);
    result = Cli.run("sim", "search", "message", "--swarm", "network,threads", "--seeds", "1000");
    assertEquals(1, result.exit(), result::toString);
  }

  @Test
  void theTraceGoesIntoAFileOfTheKindThatItsNameSays() throws Exception {
    Path page = folder.resolve("trace.html");
    Cli result = Cli.run("sim", "trace", "message", page.toString(), "--seed", "2");
    assertEquals(0, result.exit(), result::toString);
    assertTrue(Files.readString(page).startsWith("<!DOCTYPE html>"));
    Path json = folder.resolve("trace.json");
    assertEquals(0, Cli.run("sim", "trace", "message", json.toString()).exit());
    StrictJson.parse(Files.readString(json));
    Path text = folder.resolve("trace.txt");
    assertEquals(0, Cli.run("sim", "trace", "message", text.toString()).exit());
    assertEquals(Cli.run("sim", "replay", "message").out(), Files.readString(text));
  }

  @Test
  void scenariosAreFoundOnAClassPathOfTheUsers() throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("Mine.java"),
            """
            import dev.xsc.sim.*;
            public class Mine implements Simulation.Body {
              public void run(Simulation simulation) {
                if (simulation.choose(10) == 9) {
                  throw new IllegalStateException("nine");
                }
              }
              public static class Two {
                @SimTest(seeds = 7) void one(Simulation simulation) {}
                @SimTest(seeds = 7) void other(Simulation simulation) {}
              }
            }
            """);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String path = System.getProperty("java.class.path");
    assertEquals(0, compiler.run(null, null, null, "-proc:none", "-cp", path, source.toString()));

    String at = folder.toString();
    Cli found = Cli.run("sim", "search", "Mine", "--class-path", at);
    assertEquals(1, found.exit(), found::toString);
    assertTrue(found.out().contains("IllegalStateException: nine"), found::toString);
    assertTrue(found.out().contains("--class-path '" + at + "'"), found::toString);
    assertEquals(1, Cli.run("sim", "replay", "Mine", "-cp", at, "--run", line(found)).exit());

    Cli many = Cli.run("sim", "search", "Mine$Two", "-cp", at);
    assertEquals(2, many.exit(), many::toString);
    assertTrue(many.err().contains("Mine$Two#one, Mine$Two#other"), many::toString);
    assertEquals(0, Cli.run("sim", "search", "Mine$Two#other", "-cp", at).exit());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "search",
        "search no.such.Scenario",
        "search java.lang.String",
        "search log --seeds 0",
        "search log --cores 0",
        "search log --swarm nonsense",
        "search log --faults DISK_FULL=2",
        "search log --faults DISK_FOOL=1",
        "search log --faults DISK_FULL=1 --swarm disk",
        "replay log --run nonsense",
        "replay log --run seed=x",
        "replay log --run seed=1 --seed 1",
        "trace log trace.png",
        "trace log",
        "soak log-fixed --seeds 15"
      })
  void wrongUsageIsOneLineAndAHintWithCodeTwo(String line) {
    Cli result = Cli.run(("sim " + line).split(" "));
    assertEquals(2, result.exit(), result::toString);
    assertEquals("", result.out());
    assertTrue(result.err().startsWith("xsc sim"), result::toString);
    assertTrue(result.err().contains("--help'"), result::toString);
  }

  @Test
  void aClassPathThatIsNotThereIsAFailure() {
    Cli result = Cli.run("sim", "search", "Mine", "--class-path", "/no/such.jar");
    assertEquals(1, result.exit(), result::toString);
    assertEquals("xsc sim search: /no/such.jar: no such file or directory", result.err().strip());
  }

  @Test
  void theDemoFindsTheBugAndRepeatsIt() {
    Cli result = Cli.run("sim", "demo", "--trace", folder.resolve("demo.html").toString());
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("the same, byte for byte"), result::toString);
    assertTrue(Files.exists(folder.resolve("demo.html")));
  }

  @Test
  void soakingLooksAtTheMemoryTenTimes() {
    Cli result = Cli.run("sim", "soak", "message-fixed", "--seeds", "50");
    assertTrue(result.out().contains("heap after GC, MiB"), result::toString);
    assertTrue(Pattern.compile("(?m)^50 ").matcher(result.out()).find(), result::toString);
  }

  private static String line(Cli found) {
    Matcher matcher = AGAIN.matcher(found.out());
    assertTrue(matcher.find(), found::toString);
    return matcher.group(1);
  }

  @Test
  void comparingNamesEverySubjectOrWhyItCannot() {
    Cli result = Cli.run("sim", "compare", "datagrams", "files", "--seeds", "2");
    boolean real =
        Kernels.availability().entrySet().stream()
            .anyMatch(each -> each.getKey() != KernelKind.SIMULATOR && each.getValue().available());
    if (real) {
      assertEquals(0, result.exit(), result::toString);
      assertEquals("datagrams: 2 runs, 0 different\nfiles: 2 runs, 0 different\n", result.out());
    } else {
      assertTrue(result.err().contains("no real kernel to compare"), result::toString);
    }
    Cli refused = Cli.run("sim", "compare", "--kernel", "simulator");
    assertTrue(refused.err().contains("no real kernel to compare"), refused::toString);
    assertEquals(2, Cli.run("sim", "compare", "nothing").exit());
  }
}
