// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads KTAP, version 1, strictly: every plan must be kept, every number be the next. */
final class Ktap {
  private static final Pattern PLAN = Pattern.compile("1\\.\\.(\\d+)");
  private static final Pattern RESULT =
      Pattern.compile("(ok|not ok) (\\d+) ((?:[^#]|\\\\#)*?)(?: # (SKIP) ?(.*))?");

  /** A result, with those of the group that it closes. */
  record Result(boolean ok, String name, boolean skipped, String reason, List<Result> inside) {}

  private final List<String> lines;
  private int at;

  private Ktap(List<String> lines) {
    this.lines = lines;
  }

  static List<Result> parse(List<String> lines) {
    Ktap ktap = new Ktap(lines);
    List<Result> results = ktap.group("");
    if (ktap.at != lines.size()) {
      throw ktap.wrong("text after the last result");
    }
    return results;
  }

  private List<Result> group(String indent) {
    if (!next(indent).equals("KTAP version 1")) {
      throw wrong("no version");
    }
    int planned = -1;
    List<Result> results = new ArrayList<>();
    List<Result> inside = List.of();
    while (at < lines.size() && lines.get(at).startsWith(indent)) {
      String line = lines.get(at).substring(indent.length());
      if (line.startsWith("  ")) {
        inside = group(indent + "  ");
        continue;
      }
      at++;
      Matcher plan = PLAN.matcher(line);
      Matcher result = RESULT.matcher(line);
      if (plan.matches()) {
        planned = Integer.parseInt(plan.group(1));
      } else if (result.matches()) {
        if (Integer.parseInt(result.group(2)) != results.size() + 1) {
          throw wrong("number out of order");
        }
        results.add(
            new Result(
                result.group(1).equals("ok"),
                result.group(3),
                result.group(4) != null,
                result.group(5),
                inside));
        inside = List.of();
      } else if (!line.startsWith("#")) {
        throw wrong("neither result nor diagnostic");
      }
      if (results.size() == planned && !line.startsWith("#") && !indent.isEmpty()) {
        return results;
      }
    }
    if (results.size() != planned) {
      throw wrong("planned " + planned + ", got " + results.size());
    }
    return results;
  }

  private String next(String indent) {
    String line = lines.get(at++);
    if (!line.startsWith(indent)) {
      throw wrong("not indented");
    }
    return line.substring(indent.length());
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        what + " at line " + at + " of\n" + String.join("\n", lines));
  }
}
