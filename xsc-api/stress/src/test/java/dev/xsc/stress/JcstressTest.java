// SPDX-License-Identifier: Apache-2.0
package dev.xsc.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Runs this module's jcstress tests for a short while.
 *
 * <p>jcstress forks JVMs of its own and exits with a status other than 0 once it saw a forbidden
 * outcome. Its output goes to a file, since what a child writes to our standard output would upset
 * Surefire.
 */
class JcstressTest {
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final Path RESULTS = Path.of("target", "jcstress");

  /** How long and hard to try; a release wants "-m default". */
  private static final String EFFORT =
      System.getProperty("xsc.stress", "-m quick -sc false -f 1 -fsm 1 -iters 2 -time 500");

  @Test
  void noForbiddenOutcomeIsSeen() throws Exception {
    Files.createDirectories(RESULTS);
    var output = RESULTS.resolve("output.txt");
    var command = new ArrayList<String>();
    command.add(JAVA.toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("org.openjdk.jcstress.Main", "-r", "."));
    Collections.addAll(command, EFFORT.split(" ", -1));
    var jcstress =
        new ProcessBuilder(command)
            .directory(RESULTS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(jcstress.waitFor(5, TimeUnit.MINUTES), () -> "jcstress still runs; see " + output);
      assertEquals(0, jcstress.exitValue(), () -> "jcstress failed; see " + output);
    } finally {
      jcstress.destroyForcibly();
    }
  }
}
