// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.info;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The machine and the Java that runs on it.
 *
 * @param os name and version of the operating system
 * @param arch of its processors
 * @param cpus that this process may use
 * @param java version of the runtime
 * @param vendor of the runtime
 */
public record Machine(String os, String arch, int cpus, String java, String vendor) {
  /** The one this runs on. */
  public static Machine here() {
    return new Machine(
        property("os.name") + " " + property("os.version"),
        property("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        property("java.vendor"));
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("os", os);
    json.put("arch", arch);
    json.put("cpus", cpus);
    json.put("java", java);
    json.put("vendor", vendor);
    return json;
  }

  @Override
  public String toString() {
    return os + ", " + arch + ", " + cpus + " CPU(s), Java " + java + " (" + vendor + ")";
  }
}
