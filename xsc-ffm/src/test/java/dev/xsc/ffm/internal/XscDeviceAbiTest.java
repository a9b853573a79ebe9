// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.CCompiler;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the numbers of {@link XscDeviceAbi} with what a C compiler makes of the header. */
class XscDeviceAbiTest {
  private static final Path HEADERS = Path.of("..", "kernel-driver", "include", "uapi");

  @TempDir Path folder;
  private CCompiler compiler;

  @BeforeEach
  void includeTheHeader() {
    compiler = new CCompiler(folder).headersIn(HEADERS).include("linux/xsc.h");
  }

  @Test
  void everyConstantEqualsTheMacroOfItsName() throws Exception {
    Map<String, Long> java = new LinkedHashMap<>();
    for (Field field : XscDeviceAbi.class.getDeclaredFields()) {
      long value = ((Number) field.get(null)).longValue();
      // Requests are unsigned there.
      java.put(
          "XSC_" + field.getName(),
          field.getName().startsWith("IOC_") ? value & 0xffff_ffffL : value);
    }
    assertTrue(java.size() > 15, () -> "only " + java.size() + " constants found");
    assertEquals(java, compiler.evaluate(java.keySet()));
  }

  @Test
  void everyOffsetEqualsThatOfTheFieldOfItsName() throws Exception {
    Map<String, Long> java = new LinkedHashMap<>();
    for (Class<?> layout : XscDeviceAbi.class.getDeclaredClasses()) {
      String struct = "struct xsc_" + words(layout.getSimpleName());
      for (Field field : layout.getDeclaredFields()) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        java.put(
            name.equals("size")
                ? "sizeof(" + struct + ")"
                : "offsetof(" + struct + ", " + name + ")",
            ((Number) field.get(null)).longValue());
      }
    }
    assertTrue(java.size() > 30, () -> "only " + java.size() + " offsets found");
    assertEquals(java, compiler.evaluate(java.keySet()));
  }

  /** {@code BufRing} as {@code buf_ring}. */
  private static String words(String camelCase) {
    return camelCase.replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
