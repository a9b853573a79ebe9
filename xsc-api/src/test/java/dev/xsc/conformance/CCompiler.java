// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks the machine's C compiler for the values of expressions over system headers. */
public final class CCompiler {
  private final Path folder;
  private final List<String> includes = new ArrayList<>();
  private final List<String> flags = new ArrayList<>(List.of("-Wall", "-Werror", "-D_GNU_SOURCE"));

  /**
   * A compiler that works in a folder.
   *
   * @param folder for the program; the caller's to delete
   */
  public CCompiler(Path folder) {
    this.folder = folder;
  }

  /** Adds headers, as in {@code linux/stat.h}. */
  public CCompiler include(String... headers) {
    includes.addAll(Arrays.asList(headers));
    return this;
  }

  /** Adds a folder with headers. */
  public CCompiler headersIn(Path headers) {
    flags.add("-I" + headers);
    return this;
  }

  /** The values; an expression that is a macro which these headers lack is left out. */
  public Map<String, Long> evaluateDefined(Collection<String> macros)
      throws IOException, InterruptedException {
    return evaluate(macros, true);
  }

  /** The values; one that cannot be compiled fails the call with the compiler's message. */
  public Map<String, Long> evaluate(Collection<String> expressions)
      throws IOException, InterruptedException {
    return evaluate(expressions, false);
  }

  private Map<String, Long> evaluate(Collection<String> expressions, boolean onlyDefined)
      throws IOException, InterruptedException {
    StringBuilder source = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n");
    includes.forEach(header -> source.append("#include <").append(header).append(">\n"));
    source.append("int main(void)\n{\n");
    for (String expression : expressions) {
      if (onlyDefined) {
        source.append("#ifdef ").append(expression).append('\n');
      }
      source.append(
          "\tprintf(\"%%s\\t%%lld\\n\", \"%1$s\", (long long)(%1$s));\n".formatted(expression));
      if (onlyDefined) {
        source.append("#endif\n");
      }
    }
    source.append("\treturn 0;\n}\n");
    Path file = Files.writeString(folder.resolve("values.c"), source);
    Path program = folder.resolve("values");
    List<String> command = new ArrayList<>(List.of("cc"));
    command.addAll(flags);
    command.addAll(List.of("-o", program.toString(), file.toString()));
    run(command);
    Map<String, Long> values = new LinkedHashMap<>();
    run(List.of(program.toString()))
        .lines()
        .forEach(line -> {
          int tab = line.indexOf('\t');
          values.put(line.substring(0, tab), Long.valueOf(line.substring(tab + 1)));
        });
    return values;
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + output);
    }
    return output;
  }
}
