// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import dev.xsc.bench.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps results: every sample as JSON, the table within a Markdown file. */
public final class ResultFiles {
  private ResultFiles() {}

  /** Writes every sample. */
  public static void writeJson(Path file, Conditions conditions, Measurements measurements)
      throws IOException {
    Map<String, Object> json = new LinkedHashMap<>(conditions.toJson());
    json.put("unit", "ns/op");
    json.put("results", measurements.all().stream().map(ResultFiles::toJson).toList());
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, Json.write(json) + "\n");
  }

  private static Map<String, Object> toJson(Measurement m) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("benchmark", m.benchmark());
    json.put("parameters", m.parameters());
    json.put("java", rounded(m.java()));
    json.put("c", rounded(m.c()));
    json.put("hopefulC", rounded(m.hopefulC()));
    json.put("bytesPerOperation", rounded(m.bytes()));
    return json;
  }

  private static List<Double> rounded(Samples samples) {
    return samples.values().stream().map(value -> Math.round(value * 100) / 100.0).toList();
  }

  /**
   * Replaces what stands between {@code <!-- begin NAME -->} and {@code <!-- end NAME -->}.
   *
   * @throws IOException if there is no such part
   */
  public static void replacePart(Path file, String name, List<String> part) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    int begin = lines.indexOf("<!-- begin " + name + " -->");
    int end = lines.indexOf("<!-- end " + name + " -->");
    if (begin < 0 || end < begin) {
      throw new NoSuchFileException(
          file.toString(), null, "no part between <!-- begin " + name + " --> and its end");
    }
    List<String> middle = lines.subList(begin + 1, end);
    middle.clear();
    middle.addAll(part);
    Files.write(file, lines);
  }
}
