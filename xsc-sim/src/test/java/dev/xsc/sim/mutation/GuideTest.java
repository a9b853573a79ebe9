// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code and the table in docs/simulator.md are those of the tests. */
class GuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "simulator.md");
  private static final Path EXAMPLES = Path.of("src", "test", "java", "dev", "xsc", "sim");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

  @Test
  void everyCodeBlockStandsInAnExample() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.list(EXAMPLES.resolve("examples"))) {
      for (Path file : files.toList()) {
        sources.append(flat(Files.readString(file)));
      }
    }
    List<String> blocks =
        JAVA.matcher(Files.readString(GUIDE)).results().map(block -> block.group(1)).toList();
    assertTrue(blocks.size() >= 4, () -> blocks.size() + " blocks found");
    for (String block : blocks) {
      assertTrue(sources.indexOf(flat(block)) >= 0, () -> "in no example:\n" + block);
    }
  }

  /** Without indentation. */
  private static String flat(String code) {
    return code.replaceAll("(?m)^ +", "");
  }

  @Test
  void theTableOfMutationsIsTheirList() throws IOException {
    List<String> expected =
        MutationTest.mutations().stream()
            .map(each -> "| `" + each.file() + "` | " + each.breaks() + " | " + each.seeds() + " |")
            .toList();
    List<String> there =
        Files.readAllLines(GUIDE).stream()
            .filter(line -> line.startsWith("| `ring/") || line.startsWith("| `internal/"))
            .toList();
    assertEquals(String.join("\n", expected), String.join("\n", there));
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    var matcher = LINK.matcher(Files.readString(GUIDE));
    while (matcher.find()) {
      Path target = GUIDE.resolveSibling(matcher.group(1));
      assertTrue(Files.exists(target), () -> target + " is not there");
    }
  }
}
