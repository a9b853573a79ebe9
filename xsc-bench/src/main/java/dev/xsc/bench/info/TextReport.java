// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.info;

import dev.xsc.bench.text.Table;
import dev.xsc.ring.Capabilities;
import dev.xsc.ring.Feature;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Op;
import dev.xsc.ring.Support;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/** A {@link Report} for people. */
public final class TextReport {
  private static final String UNSUPPORTED = "-";

  private TextReport() {}

  /** Its lines. */
  public static List<String> lines(Report report) {
    List<String> lines = new ArrayList<>();
    lines.add("xsc " + report.version() + " on " + report.machine());
    lines.add("");
    lines.addAll(kernels(report));
    lines.add("");
    lines.add("Chosen: " + chosen(report.choice()));
    List<KernelReport> able =
        report.kernels().stream().filter(kernel -> kernel.capabilities() != null).toList();
    if (!able.isEmpty()) {
      lines.add("");
      lines.addAll(supports("Operation", Op.values(), able, Capabilities::support));
      lines.add("");
      lines.addAll(supports("Feature", Feature.values(), able, Capabilities::support));
      lines.add("");
      lines.add("native: by the kernel; emulated: by the library, same result; -: not available");
    }
    return lines;
  }

  private static List<String> kernels(Report report) {
    Table table = new Table("").row("Kernel", "State", "");
    Optional<KernelKind> chosen = report.choice().chosen();
    for (KernelReport kernel : report.kernels()) {
      boolean available = kernel.availability().available();
      boolean first = chosen.filter(kind -> kind == kernel.kind()).isPresent();
      String state = available ? first ? "chosen" : "available" : "missing";
      Capabilities can = kernel.capabilities();
      table.row(
          kernel.kind().id(),
          state,
          can == null ? kernel.availability().detail() : can.description());
      if (!kernel.availability().remedy().isBlank()) {
        table.row("", "", "what to do: " + kernel.availability().remedy());
      }
    }
    return table.lines();
  }

  private static String chosen(KernelChoice choice) {
    return choice.chosen().map(kind -> kind.id() + ", ").orElse("") + choice.reason();
  }

  /** Two constants per row, each with how the kernels provide it. */
  private static <E extends Enum<E>> List<String> supports(
      String title,
      E[] all,
      List<KernelReport> kernels,
      BiFunction<Capabilities, E, Support> support) {
    List<List<String>> entries = new ArrayList<>();
    for (E each : all) {
      List<String> entry = new ArrayList<>(List.of(name(each)));
      for (KernelReport kernel : kernels) {
        Capabilities can = kernel.capabilities();
        entry.add(can == null ? UNSUPPORTED : name(support.apply(can, each)));
      }
      entries.add(entry);
    }
    List<String> head = new ArrayList<>(List.of(title));
    kernels.forEach(kernel -> head.add(kernel.kind().id()));
    Table table = new Table("").row(beside(head, head));
    int half = (entries.size() + 1) / 2;
    for (int i = 0; i < half; i++) {
      boolean odd = i + half == entries.size();
      table.row(beside(entries.get(i), odd ? List.of() : entries.get(i + half)));
    }
    return table.lines();
  }

  private static List<String> beside(List<String> left, List<String> right) {
    List<String> row = new ArrayList<>(left);
    if (!right.isEmpty()) {
      row.add("");
      row.addAll(right);
    }
    return row;
  }

  private static String name(Enum<?> constant) {
    return constant == Support.UNSUPPORTED ? UNSUPPORTED : constant.name().toLowerCase(Locale.ROOT);
  }
}
