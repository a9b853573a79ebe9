// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.info;

import dev.xsc.bench.text.Json;
import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Feature;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Op;
import dev.xsc.ring.Support;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link Report} for programs. */
public final class JsonReport {
  private JsonReport() {}

  /** The report as a JSON object. */
  public static String write(Report report) {
    KernelChoice choice = report.choice();
    @Nullable KernelKind chosen = choice.chosen().orElse(null);
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("version", report.version());
    json.put("machine", report.machine().toJson());
    json.put("order", choice.policy().order().stream().map(KernelKind::id).toList());
    json.put("orderFrom", choice.source());
    json.put("chosen", chosen == null ? null : chosen.id());
    json.put("reason", choice.reason());
    List<Map<String, @Nullable Object>> kernels =
        report.kernels().stream().map(kernel -> kernel(kernel, kernel.kind() == chosen)).toList();
    json.put("kernels", kernels);
    return Json.write(json);
  }

  private static Map<String, @Nullable Object> kernel(KernelReport kernel, boolean chosen) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("kernel", kernel.kind().id());
    json.put("available", kernel.availability().available());
    json.put("chosen", chosen);
    json.put("detail", kernel.availability().detail());
    json.put("remedy", kernel.availability().remedy());
    Capabilities can = kernel.capabilities();
    if (can != null) {
      json.put("description", can.description());
      json.put("ops", supports(Op.values(), can::support));
      json.put("features", supports(Feature.values(), can::support));
    }
    return json;
  }

  private static <E extends Enum<E>> Map<String, String> supports(
      E[] all, Function<E, Support> support) {
    return Arrays.stream(all)
        .collect(
            Collectors.toMap(
                JsonReport::name,
                each -> name(support.apply(each)),
                (first, _) -> first,
                LinkedHashMap::new));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
