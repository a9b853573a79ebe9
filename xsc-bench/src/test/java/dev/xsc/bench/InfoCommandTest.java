// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.KernelsHere.OnEachKernel;
import dev.xsc.ring.Availability;
import dev.xsc.ring.Feature;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Kernels;
import dev.xsc.ring.Op;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InfoCommandTest {
  @Test
  void itNamesEveryKernelWithItsStateOrCauseAndRemedy() {
    Cli result = Cli.run("info");
    assertEquals(0, result.exit(), result::toString);
    Kernels.availability()
        .forEach((kind, found) -> {
          assertTrue(result.out().contains("\n" + kind.id() + " "), result::toString);
          if (!found.available()) {
            assertTrue(result.out().contains(found.detail()), result::toString);
            assertTrue(result.out().contains(found.remedy()), result::toString);
          }
        });
  }

  @Test
  void itNamesEveryOperationAndFeature() {
    String out = Cli.run("info").out();
    for (Op op : Op.values()) {
      assertTrue(out.contains(op.name().toLowerCase(Locale.ROOT) + " "), op::name);
    }
    for (Feature feature : Feature.values()) {
      assertTrue(out.contains(feature.name().toLowerCase(Locale.ROOT) + " "), feature::name);
    }
  }

  @Test
  void noLineEndsWithSpaces() {
    Cli.run("info").out().lines().forEach(line -> assertEquals(line.stripTrailing(), line));
  }

  @OnEachKernel
  void itChoosesTheKernelThatIsAskedFor(String kernel) {
    Cli result = Cli.run("info", "--kernel", kernel);
    assertEquals(0, result.exit(), result::toString);
    assertTrue(
        result.out().contains("Chosen: " + kernel + ", the only one asked for"), result::toString);
  }

  @OnEachKernel
  void itFallsBackInTheOrderAskedFor(String kernel) {
    List<String> missing =
        Kernels.availability().entrySet().stream()
            .filter(entry -> !entry.getValue().available())
            .map(entry -> entry.getKey().id())
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    String order = String.join(",", missing) + "," + kernel;
    Cli result = Cli.run("info", "--kernel", order);
    assertEquals(0, result.exit(), result::toString);
    assertTrue(
        result.out().contains("Chosen: " + kernel + ", the first available of " + order),
        result::toString);
  }

  @Test
  void itFailsIfNoKernelOfTheOrderIsAvailable() {
    Map<KernelKind, Availability> all = Kernels.availability();
    for (KernelKind kind : KernelKind.values()) {
      int expected = all.get(kind).available() ? 0 : 1;
      assertEquals(expected, Cli.run("info", "--kernel", kind.id()).exit(), kind::id);
    }
  }

  @Test
  void itsJsonIsWellFormedAndComplete() {
    Cli result = Cli.run("info", "--json");
    assertEquals(0, result.exit(), result::toString);
    Map<?, ?> json = assertInstanceOf(Map.class, StrictJson.parse(result.out()));
    Map<?, ?> machine = assertInstanceOf(Map.class, json.get("machine"));
    assertEquals(Runtime.version().toString(), machine.get("java"));
    List<?> kernels = assertInstanceOf(List.class, json.get("kernels"));
    assertEquals(KernelKind.values().length, kernels.size());
    Map<KernelKind, Availability> all = Kernels.availability();
    for (Object each : kernels) {
      Map<?, ?> kernel = assertInstanceOf(Map.class, each);
      Availability found = all.get(KernelKind.of((String) kernel.get("kernel")));
      assertEquals(found.available(), kernel.get("available"));
      assertEquals(kernel.get("kernel").equals(json.get("chosen")), kernel.get("chosen"));
      if (found.available()) {
        assertEquals(Op.values().length, ((Map<?, ?>) kernel.get("ops")).size());
        assertEquals(Feature.values().length, ((Map<?, ?>) kernel.get("features")).size());
      } else {
        assertNotEquals("", kernel.get("remedy"));
      }
    }
  }
}
