// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import dev.xsc.bench.info.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a measurement must be read with. Names no host and no file.
 *
 * @param command that measured
 * @param date when it began, UTC
 * @param processor model, as Linux has it
 * @param machine the rest of it
 * @param kernel description of the ring's kernel
 * @param compiler of the C program, null without one
 */
public record Conditions(
    String command,
    Instant date,
    String processor,
    Machine machine,
    String kernel,
    @Nullable String compiler) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** Those of a measurement that begins now, on this machine. */
  public static Conditions now(String command, String kernel, @Nullable CProgram reference) {
    return new Conditions(
        command,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        processorModel(),
        Machine.here(),
        kernel,
        reference == null ? null : reference.compiler());
  }

  private static String processorModel() {
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("processor of unknown model");
    } catch (IOException e) {
      // Not Linux, or no procfs: the architecture must do.
      return "processor of unknown model";
    }
  }

  /** For people. */
  public List<String> text() {
    return List.of(
        command + ", " + date,
        processor + ", " + machine,
        kernel + ", C: " + (compiler == null ? "none" : compiler));
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("command", command);
    json.put("date", date.toString());
    json.put("processor", processor);
    json.put("machine", machine.toString());
    json.put("kernel", kernel);
    json.put("compiler", compiler);
    return json;
  }
}
