// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The page that shows what is in a directory. */
final class Listing {
  private static final int MAX_ENTRIES = 10_000;

  private Listing() {}

  static String html(Path directory, RequestPath path) throws IOException {
    String title = escape(path.toString());
    StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>");
    html.append("<meta charset=\"utf-8\"><title>").append(title).append("</title></head>\n<body>");
    html.append("<h1>").append(title).append("</h1>\n<ul>\n");
    if (!path.names().isEmpty()) {
      item(html, "../", "..");
    }
    List<String> names = names(directory);
    for (String name : names.subList(0, Math.min(names.size(), MAX_ENTRIES))) {
      String shown = name + (Files.isDirectory(directory.resolve(name)) ? "/" : "");
      // With a dot in front, a name that looks like http: is still one.
      String link = "./" + RequestPath.encode(name) + (shown.endsWith("/") ? "/" : "");
      item(html, link, shown);
    }
    html.append("</ul>\n");
    if (names.size() > MAX_ENTRIES) {
      html.append("<p>and more</p>\n");
    }
    return html.append("</body>\n</html>\n").toString();
  }

  /** Sorted, and one more than is shown at most. */
  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .limit(MAX_ENTRIES + 1)
          .map(Path::getFileName)
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }

  private static void item(StringBuilder html, String link, String text) {
    html.append("<li><a href=\"").append(escape(link)).append("\">");
    html.append(escape(text)).append("</a></li>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
