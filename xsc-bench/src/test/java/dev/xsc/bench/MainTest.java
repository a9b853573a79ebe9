// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  static Stream<String> commands() {
    return Main.commandLine().getSubcommands().keySet().stream()
        .filter(name -> !name.equals("help"));
  }

  @Test
  void withoutArgumentsItPrintsItsHelp() {
    Cli result = Cli.run();
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("Usage: xsc"), result::toString);
    assertEquals("", result.err());
  }

  @Test
  void itSaysItsVersion() {
    Cli result = Cli.run("--version");
    assertEquals(0, result.exit());
    assertTrue(result.out().startsWith("xsc "), result::toString);
    assertTrue(result.out().contains("Java " + Runtime.version()), result::toString);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpAndTheCommonOptions(String name) {
    Cli result = Cli.run(name, "--help");
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().startsWith("Usage: xsc " + name), result::toString);
    CommandLine command = Main.commandLine().getSubcommands().get(name);
    assertNotNull(command.getCommandSpec().findOption("--kernel"));
    assertNotNull(command.getCommandSpec().findOption("--debug"));
    assertNotNull(command.getCommandSpec().findOption("--version"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "--nonsense",
        "info --nonsense",
        "info --kernel nonsense",
        "info --kernel io_uring,io_uring",
        "info --kernel",
        "copy one",
        "copy one two three",
        "copy a b --block-size 1",
        "copy a b --block-size 12Q",
        "copy a b --block-size 99999999999999999",
        "copy a b --depth 0",
        "copy a b --depth many",
        "copy a b --depth 1000 --block-size 64M",
        "echo --port 65536",
        "echo --host no.such.host.invalid",
        "http",
        "http . --port -1"
      })
  void wrongUsageIsOneLineAndAHintWithCodeTwo(String line) {
    Cli result = Cli.run(line.split(" "));
    assertEquals(2, result.exit(), result::toString);
    assertEquals("", result.out());
    assertTrue(result.err().startsWith("xsc"), result::toString);
    assertTrue(result.err().contains("--help'"), result::toString);
    assertTrue(result.err().lines().count() <= 3, result::toString);
  }

  @Test
  void aTypoIsAnsweredWithASuggestion() {
    Cli result = Cli.run("inf");
    assertTrue(result.err().contains("info"), result::toString);
  }

  @Test
  void aFailureIsOneLineWithCodeOne() {
    Cli result = Cli.run("copy", "/no/such/file", "/no/such/place");
    assertEquals(1, result.exit(), result::toString);
    assertEquals("xsc copy: /no/such/file: no such file or directory", result.err().strip());
  }

  @Test
  void aFailureHasItsStackTraceOnDemand() {
    Cli result = Cli.run("copy", "--debug", "/no/such/file", "/no/such/place");
    assertEquals(1, result.exit());
    assertTrue(result.err().contains("NoSuchFile"), result::toString);
    assertTrue(result.err().contains("\tat "), result::toString);
  }

  @Test
  void aKernelThatIsMissingIsAFailureWithCauseAndRemedy() {
    if (KernelsHere.names().anyMatch("xsc"::equals)) {
      return;
    }
    Cli result = Cli.run("echo", "--port", "0", "--kernel", "xsc");
    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("no kernel available: xsc"), result::toString);
    assertFalse(result.err().contains("\tat "), result::toString);
  }
}
