// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.StrictJson;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void whatIsWrittenIsReadBackTheSame() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("", null);
    value.put("quote \" and \\", "tab\t newline\n nul\0 umlaut\u00fc clef\ud834\udd1e");
    value.put("list", Arrays.asList("a", true, false, null, List.of(), Map.of()));
    assertEquals(value, StrictJson.parse(Json.write(value)));
  }

  @Test
  void numbersAreWhole() {
    assertEquals("[\n  1,\n  -9223372036854775808\n]", Json.write(List.of(1, Long.MIN_VALUE)));
  }

  @Test
  void onlyAsciiIsWritten() {
    assertTrue(Json.write("\u00fc\u2028").chars().allMatch(c -> c < 128));
  }

  @Test
  void whatJsonHasNoFormForIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Json.write(Map.of("x", Double.NaN)));
  }
}
