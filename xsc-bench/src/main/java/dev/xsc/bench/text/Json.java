// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.text;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259): maps as objects, collections as arrays, strings, finite numbers, booleans
 * and null. Two spaces per level.
 */
public final class Json {
  private final StringBuilder out = new StringBuilder();

  private Json() {}

  /**
   * The JSON text of a value.
   *
   * @throws IllegalArgumentException for a class that JSON has no form for
   */
  public static String write(@Nullable Object value) {
    Json json = new Json();
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(@Nullable Object value, int depth) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> object(map, depth);
      case Collection<?> items -> array(items, depth);
      case String text -> string(text);
      case Integer _, Long _, Boolean _ -> out.append(value);
      case Double number when Double.isFinite(number) -> out.append(value);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private void object(Map<?, ?> map, int depth) {
    out.append('{');
    Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      newLine(depth + 1);
      string((String) entry.getKey());
      out.append(": ");
      value(entry.getValue(), depth + 1);
      separate(entries, depth);
    }
    out.append('}');
  }

  private void array(Collection<?> items, int depth) {
    out.append('[');
    Iterator<?> each = items.iterator();
    while (each.hasNext()) {
      newLine(depth + 1);
      value(each.next(), depth + 1);
      separate(each, depth);
    }
    out.append(']');
  }

  private void separate(Iterator<?> rest, int depth) {
    if (rest.hasNext()) {
      out.append(',');
    } else {
      newLine(depth);
    }
  }

  private void newLine(int depth) {
    out.append('\n').repeat("  ", depth);
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        // Everything but plain ASCII is escaped: it survives any terminal and any locale.
        out.append(Sizes.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
