// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.KernelPolicy;
import dev.xsc.ring.Kernels;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels that tests of this module run on: all that there are. */
public final class KernelsHere {
  /** A test that is run on each of them; its parameter is the kernel's name. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @MethodSource("dev.xsc.bench.KernelsHere#names")
  public @interface OnEachKernel {}

  private KernelsHere() {}

  static Stream<String> names() {
    return Kernels.availability().entrySet().stream()
        .filter(entry -> entry.getValue().available())
        .map(entry -> entry.getKey().id());
  }

  /** Rings on one of them. */
  public static Xsc open(String kernel) throws IOException {
    return Xsc.open(XscOptions.builder().kernel(KernelPolicy.only(KernelKind.of(kernel))).build());
  }
}
